/** A sign-in at an external provider, from leaving this server to coming back. */
import { type ConnectionRow, openClientSecret } from '../connections/queries.ts'
import { randomToken } from '../core/crypto.ts'
import type { Scope } from '../platform.ts'
import { requestOf } from '../session/return-to.ts'
import { authorizationUrl } from './authorization-url.ts'
import { type Provisioned, type Purpose, provision, type SignInState, storeState } from './commands.ts'
import { failed, type Outcome } from './failure.ts'
import { findRequestingApplication } from './queries.ts'
import { findProvider } from './upstream/provider.ts'
import { redeemUpstream } from './upstream/redeem.ts'
import type { UpstreamPerson } from './upstream/person.ts'

/** Begins a sign-in in this browser: the address at the provider that it goes to. */
export async function beginSignIn(
  scope: Scope,
  connection: ConnectionRow,
  browser: { readonly browserHash: string; readonly returnTo: string; readonly purpose?: Purpose },
): Promise<Outcome<string>> {
  const opened = await openConnection(scope, connection)
  if (!opened.ok) return opened
  const provider = await findProvider(scope, opened.value)
  if (!provider.ok) return provider
  const { issuer, authorization_endpoint: endpoint = '' } = provider.value.server
  const flow = { state: randomToken(), nonce: randomToken(), verifier: randomToken() }
  const { browserHash, returnTo, purpose = { kind: 'sign-in' } } = browser
  await storeState(scope, flow.state, browserHash, { ...flow, issuer, returnTo, purpose, connectionId: connection.id })
  return {
    ok: true,
    value: authorizationUrl(opened.value.authenticator, endpoint, { ...flow, redirectUri: redirectUri(scope) }),
  }
}

/** Ends a sign-in: the local user of whom the provider has vouched for. */
export async function endSignIn(
  scope: Scope,
  connection: ConnectionRow,
  taken: SignInState,
  parameters: URLSearchParams,
): Promise<Outcome<Provisioned>> {
  const person = await verifySignIn(scope, connection, taken, parameters)
  if (!person.ok) return person
  const requestId = requestOf(taken.returnTo)
  const applicationId = requestId === undefined ? undefined : await findRequestingApplication(scope, requestId)
  return provision(scope, connection, person.value, { applicationId })
}

/** Who came, after everything that the provider answered was verified. Nothing is changed. */
export async function verifySignIn(
  scope: Scope,
  connection: ConnectionRow,
  taken: SignInState,
  parameters: URLSearchParams,
): Promise<Outcome<UpstreamPerson>> {
  const opened = await openConnection(scope, connection)
  if (!opened.ok) return opened
  const provider = await findProvider(scope, opened.value)
  if (!provider.ok) return provider
  const { issuer } = provider.value.server
  if (issuer !== taken.issuer) {
    return failed({ kind: 'unverified', reason: `the issuer was ${taken.issuer} at the start and is ${issuer} now` })
  }
  const { clientSecret } = opened.value
  const flow = {
    parameters,
    clientSecret,
    redirectUri: redirectUri(scope),
    nonce: taken.nonce,
    verifier: taken.verifier,
  }
  return redeemUpstream(scope, provider.value, flow)
}

async function openConnection(scope: Scope, connection: ConnectionRow) {
  const { id, authenticator } = connection
  if (!authenticator) return failed({ kind: 'unknown-connection' })
  const clientSecret = await openClientSecret(scope, connection)
  if (clientSecret === undefined) return failed({ kind: 'misconfigured', reason: 'there is no client secret' })
  return { ok: true, value: { id, authenticator, clientSecret } } as const
}

/** The one callback of a tenant. */
function redirectUri({ issuer }: Scope): string {
  return `${issuer}/commonauth`
}
