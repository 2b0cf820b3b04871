/**
 * A test of a connection: the whole way of a sign-in, of which every step is written down, and nothing else stored: no
 * user, no link, no session, no decision.
 */
import type { ConnectionRow } from '../../connections/queries.ts'
import { randomToken } from '../../core/crypto.ts'
import type { Scope } from '../../platform.ts'
import { beginSignIn, verifySignIn } from '../sign-in.ts'
import type { Purpose, SignInState } from '../states/sign-in.ts'
import { call, outcome } from '../upstream/calls.ts'
import { findProvider } from '../upstream/provider.ts'
import { endTrialRecord, storeTrial, type Viewer } from './commands.ts'
import { findTrial } from './queries.ts'
import type { TrialRecord } from './record.ts'
import { recordingScope } from './recorder.ts'

/** Begins a test and gives its id; `pathOf` is the page to come back to, whose last part is the id. */
export async function beginTrial(
  scope: Scope,
  connection: ConnectionRow,
  viewer: Viewer,
  pathOf: (id: string) => string,
): Promise<string> {
  const id = randomToken()
  const { scope: recorded, calls } = recordingScope(scope)
  const begun = await beginSignIn(recorded, connection, {
    browserHash: viewer.browserHash,
    returnTo: pathOf(id),
    purpose: { kind: 'test', userId: viewer.userId },
  })
  const server = await addressesOf(recorded, connection)
  if (server?.keys !== undefined) await readKeys(recorded, server.keys)
  const record: TrialRecord = {
    begunAt: scope.now.getTime(),
    calls: [...calls],
    ...(server ? { server } : {}),
    ...(begun.ok ? { request: requestOf(begun.value) } : { failure: begun.failure }),
  }
  await storeTrial(scope, id, { connectionId: connection.id, viewer, record })
  return id
}

/** Ends the test that the browser came back for; its page tells the rest. */
export async function endTrial(
  scope: Scope,
  connection: ConnectionRow,
  purpose: Extract<Purpose, { kind: 'test' }>,
  taken: SignInState,
  came: { readonly parameters: URLSearchParams; readonly browserHash: string },
): Promise<void> {
  const id = taken.returnTo.split('/').at(-1) ?? ''
  const viewer = { userId: purpose.userId, browserHash: came.browserHash }
  const before = await findTrial(scope, id, { connectionId: connection.id, ...viewer })
  if (!before) return
  const { scope: recorded, calls } = recordingScope(scope)
  const verified = await verifySignIn(recorded, connection, taken, came.parameters)
  const { issuer, subject, claims } = verified.ok ? verified.value : { issuer: '', subject: '', claims: {} }
  await endTrialRecord(scope, id, viewer, {
    ...before,
    ended: {
      at: scope.now.getTime(),
      answer: withoutCode(came.parameters),
      calls: [...calls],
      ...(verified.ok ? { person: { issuer, subject, claims } } : { failure: verified.failure }),
    },
  })
}

/** Whether the keys can be read is shown before anybody has gone anywhere; what comes of it is in the record. */
async function readKeys(scope: Scope, url: string): Promise<void> {
  await outcome(() => call(scope)(url, { headers: { Accept: 'application/json' }, redirect: 'manual' }))
}

function requestOf(url: string): NonNullable<TrialRecord['request']> {
  const { origin, pathname, searchParams } = new URL(url)
  return { url, endpoint: origin + pathname, parameters: Object.fromEntries(searchParams) }
}

/** A code is good for tokens until it is used: that there was one is enough. */
function withoutCode(parameters: URLSearchParams): Record<string, string> {
  const known = [...parameters].map(([name, value]) => [
    name,
    SECRET.has(name) ? `(${value.length} characters)` : value,
  ])
  return Object.fromEntries(known)
}
const SECRET = new Set(['code', 'id_token', 'access_token', 'response'])

/** Already known to the recorded scope, if it was found at all. */
async function addressesOf(scope: Scope, { id, authenticator }: ConnectionRow): Promise<TrialRecord['server']> {
  if (!authenticator) return undefined
  const found = await findProvider(scope, { id, authenticator })
  if (!found.ok) return undefined
  const { server } = found.value
  return {
    issuer: server.issuer,
    authorization: server.authorization_endpoint,
    token: server.token_endpoint,
    keys: server.jwks_uri,
    userinfo: server.userinfo_endpoint,
    pushed: server.pushed_authorization_request_endpoint,
    endSession: server.end_session_endpoint,
  }
}
