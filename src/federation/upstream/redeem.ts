/** The end of a sign-in at an OpenID provider: the code for tokens, and who came. */
import * as oauth from 'oauth4webapi'
import type { Scope } from '../../platform.ts'
import type { Outcome } from '../failure.ts'
import { findIdTokenFault } from '../id-token.ts'
import { UpstreamError } from '../upstream-error.ts'
import { clientAuthentication } from './authentication.ts'
import { outcome, requestOptions } from './calls.ts'
import { personOf } from './claims.ts'
import { verifySignature } from './keys.ts'
import type { UpstreamPerson } from './person.ts'
import { clientOf, type Provider } from './provider.ts'
import { fetchUserinfo } from './userinfo.ts'

export type Redemption = {
  /** The query that the provider sent the browser back with. */
  readonly parameters: URLSearchParams
  readonly clientSecret: string
  readonly redirectUri: string
  readonly nonce: string
  readonly verifier: string
}

/** Exchanges the code and verifies all that comes back (OIDC Core sections 3.1.3.7 and 5.3.4, RFC 9207). */
export async function redeemUpstream(
  scope: Scope,
  provider: Provider,
  flow: Redemption,
): Promise<Outcome<UpstreamPerson>> {
  return outcome(async () => {
    const { server } = provider
    const client = clientOf(provider)
    const state = flow.parameters.get('state') ?? undefined
    const callback = oauth.validateAuthResponse(server, client, flow.parameters, state)
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      clientAuthentication(server, flow.clientSecret),
      callback,
      flow.redirectUri,
      flow.verifier,
      requestOptions(scope, server.token_endpoint),
    )
    const expected = { expectedNonce: flow.nonce, requireIdToken: true }
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, expected)
    await verifySignature(scope, provider, response)
    const claims = await checkedClaims(scope, provider, tokens)
    const userinfo = await fetchUserinfo(scope, provider, tokens.access_token, claims.sub)
    return personOf(claims, userinfo, tokens)
  })
}

async function checkedClaims(
  scope: Scope,
  provider: Provider,
  tokens: oauth.TokenEndpointResponse,
): Promise<oauth.IDToken> {
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (!claims || tokens.id_token === undefined) throw new UpstreamError({ kind: 'unverified', reason: 'no id_token' })
  const fault = await findIdTokenFault(claims, {
    idToken: tokens.id_token,
    accessToken: tokens.access_token,
    clientId: provider.authenticator.clientId,
    now: scope.now,
  })
  if (fault !== undefined) throw new UpstreamError({ kind: 'unverified', reason: fault })
  return claims
}
