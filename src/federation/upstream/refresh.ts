/** A refresh token of a provider, used (RFC 6749 section 6, OIDC Core section 12). */
import * as oauth from 'oauth4webapi'
import { type ConnectionRow, openClientSecret } from '../../connections/queries.ts'
import type { Scope } from '../../platform.ts'
import type { SignInFailure } from '../failure.ts'
import { UpstreamError } from '../upstream-error.ts'
import { clientAuthentication } from './authentication.ts'
import { outcome, requestOptions } from './calls.ts'
import { tokensOf } from './claims.ts'
import type { UpstreamTokens } from './person.ts'
import { clientOf, findProvider, type Provider } from './provider.ts'

export type Refreshed =
  | { readonly kind: 'refreshed'; readonly tokens: UpstreamTokens }
  /** The refresh token is not good any more, or not of this provider. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly failure: SignInFailure }

/** New tokens of the person whom the provider knows as `whose`, and of nobody else. */
export async function refreshUpstream(
  scope: Scope,
  connection: ConnectionRow,
  whose: { readonly issuer: string; readonly subject: string },
  refreshToken: string,
): Promise<Refreshed> {
  const { id, authenticator } = connection
  const clientSecret = await openClientSecret(scope, connection)
  if (!authenticator || clientSecret === undefined) return { kind: 'failed', failure: { kind: 'unknown-connection' } }
  const provider = await findProvider(scope, { id, authenticator })
  if (!provider.ok) return { kind: 'failed', failure: provider.failure }
  // The connection was pointed elsewhere since: what the former provider gave is not shown to the new one.
  if (provider.value.server.issuer !== whose.issuer) return { kind: 'refused' }
  const answered = await outcome(() => refreshed(scope, provider.value, clientSecret, whose, refreshToken))
  return answered.ok ? answered.value : { kind: 'failed', failure: answered.failure }
}

async function refreshed(
  scope: Scope,
  provider: Provider,
  clientSecret: string,
  { subject }: { readonly subject: string },
  refreshToken: string,
): Promise<Refreshed> {
  const { server } = provider
  const client = clientOf(provider)
  const options = requestOptions(scope, server.token_endpoint)
  const authentication = clientAuthentication(server, clientSecret)
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options)
  try {
    const answer = await oauth.processRefreshTokenResponse(server, client, response)
    const claims = oauth.getValidatedIdTokenClaims(answer)
    // OIDC Core section 12.2.
    if (claims && claims.sub !== subject) throw new UpstreamError({ kind: 'unverified', reason: 'another sub' })
    return { kind: 'refreshed', tokens: tokensOf(answer) }
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') return { kind: 'refused' }
    throw error
  }
}
