/** A sign-in at an external provider, from leaving this server to coming back. */
import { listDomains } from '../connections/domains/queries.ts'
import { habitsOf } from '../connections/presets/presets.ts'
import type { ConnectionRow } from '../connections/queries.ts'
import { randomToken } from '../core/crypto.ts'
import type { Authenticator } from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { findPendingRequest } from '../session/pending/queries.ts'
import { requestOf } from '../session/return-to.ts'
import { authorizationParameters } from './upstream/request/parameters.ts'
import { callbackOf } from './callback.ts'
import { type Provisioned, provision } from './commands.ts'
import { failed, type Outcome } from './failure.ts'
import { type Hints, passedOn } from './upstream/request/passed-on.ts'
import { findRequestingApplication } from './queries.ts'
import { type Purpose, type SignInState, storeState } from './states/sign-in.ts'
import { authorizationAddress } from './upstream/request/address.ts'
import { openUpstream } from './upstream/open.ts'
import type { UpstreamPerson } from './upstream/person.ts'
import { redeemUpstream } from './upstream/answer/redeem.ts'

/** Begins a sign-in in this browser: the address at the provider that it goes to. */
export async function beginSignIn(
  scope: Scope,
  connection: ConnectionRow,
  browser: {
    readonly browserHash: string
    readonly returnTo: string
    readonly purpose?: Purpose
    readonly hints?: Hints
  },
): Promise<Outcome<string>> {
  const upstream = await openUpstream(scope, connection)
  if (!upstream.ok) return upstream
  const { server, authenticator } = upstream.value.provider
  const flow = { state: randomToken(), nonce: randomToken(), verifier: randomToken() }
  const { browserHash, returnTo, purpose = { kind: 'sign-in' } } = browser
  const passed = passedOn(authenticator, await askingRequest(scope, authenticator, browser), {
    hints: browser.hints ?? {},
    domains: habitsOf(authenticator).domainHint === undefined ? [] : await listDomains(scope, connection.id),
    now: scope.now,
  })
  const parameters = authorizationParameters(authenticator, {
    ...flow,
    redirectUri: scope.issuer + callbackOf(connection),
    isFormPost: authenticator.responseMode === 'form_post' && takesFormPost(server),
    passedOn: passed.parameters,
  })
  const address = await authorizationAddress(scope, upstream.value, parameters)
  if (!address.ok) return address
  const { issuer } = server
  const state = { ...flow, issuer, returnTo, purpose, connectionId: connection.id, asked: passed.asked }
  await storeState(scope, flow.state, browserHash, state)
  return address
}

/** The application's request that she signs in for, where something of it is passed on. */
async function askingRequest(
  scope: Scope,
  { passOn = [] }: Authenticator,
  { returnTo, browserHash }: { readonly returnTo: string; readonly browserHash: string },
) {
  const requestId = passOn.length === 0 ? undefined : requestOf(returnTo)
  return requestId === undefined ? undefined : (await findPendingRequest(scope, requestId, browserHash))?.parameters
}

function takesFormPost({ response_modes_supported: modes }: { readonly response_modes_supported?: string[] }): boolean {
  return modes === undefined || modes.includes('form_post')
}

/** Whom the provider has vouched for, and what became of her here. */
export type Ended = { readonly person: UpstreamPerson; readonly provisioned: Provisioned }

/** Ends a sign-in: the local user of whom the provider has vouched for. The log of decisions names the request. */
export async function endSignIn(
  scope: Scope,
  connection: ConnectionRow,
  taken: SignInState,
  parameters: URLSearchParams,
  requestId?: string,
): Promise<Outcome<Ended>> {
  const verified = await verifySignIn(scope, connection, taken, parameters)
  if (!verified.ok) return verified
  const person = verified.value
  const applicationId = await applicationOf(scope, connection, taken.returnTo)
  const provisioned = await provision(scope, connection, person, {
    applicationId,
    ...(requestId === undefined ? {} : { requestId }),
  })
  return provisioned.ok ? { ok: true, value: { person, provisioned: provisioned.value } } : provisioned
}

/** The application that a sign-in by this connection goes on with, if it does with one. */
export async function applicationOf(
  scope: Scope,
  { id }: Pick<ConnectionRow, 'id'>,
  returnTo: string,
): Promise<string | undefined> {
  const requestId = requestOf(returnTo)
  return requestId === undefined ? undefined : findRequestingApplication(scope, requestId, id)
}

/** Who came, after everything that the provider answered was verified. Nothing is changed. */
export async function verifySignIn(
  scope: Scope,
  connection: ConnectionRow,
  taken: SignInState,
  parameters: URLSearchParams,
): Promise<Outcome<UpstreamPerson>> {
  const upstream = await openUpstream(scope, connection)
  if (!upstream.ok) return upstream
  const { issuer } = upstream.value.provider.server
  if (issuer !== taken.issuer) {
    return failed({ kind: 'unverified', reason: `the issuer was ${taken.issuer} at the start and is ${issuer} now` })
  }
  const { nonce, verifier, asked } = taken
  const redirectUri = scope.issuer + callbackOf(connection)
  return redeemUpstream(scope, upstream.value, { parameters, redirectUri, nonce, verifier, asked })
}
