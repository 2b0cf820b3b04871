/** A refresh token of a provider, used (RFC 6749 section 6, OIDC Core section 12). */
import * as oauth from 'oauth4webapi'
import type { ConnectionRow } from '../../connections/queries.ts'
import { isRecord } from '../../core/json-value.ts'
import type { Scope } from '../../platform.ts'
import type { SignInFailure } from '../failure.ts'
import { UpstreamError } from './error.ts'
import { clientAuthentication } from './client/authentication.ts'
import { jsonOf, outcome, requestOptions } from './calls.ts'
import { tokensOf } from './answer/claims.ts'
import { secretsIn } from './client/credential.ts'
import { isTemplateOf } from './entra.ts'
import { openUpstream, type Upstream } from './open.ts'
import type { UpstreamTokens } from './person.ts'
import { clientOf } from './provider.ts'

export type Refreshed =
  | { readonly kind: 'refreshed'; readonly tokens: UpstreamTokens }
  /** The refresh token is not good any more, or not of this provider. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly failure: SignInFailure }

/** GitHub has a name of its own for it, and status 200. */
const REFUSALS: readonly unknown[] = ['invalid_grant', 'bad_refresh_token']

/** New tokens of the person whom the provider knows as `whose`, and of nobody else. */
export async function refreshUpstream(
  scope: Scope,
  connection: ConnectionRow,
  whose: { readonly issuer: string; readonly subject: string },
  refreshToken: string,
): Promise<Refreshed> {
  const upstream = await openUpstream(scope, connection)
  if (!upstream.ok) return { kind: 'failed', failure: upstream.failure }
  const { issuer } = upstream.value.provider.server
  // The connection was pointed elsewhere since: what the former provider gave is not shown to the new one.
  if (issuer !== whose.issuer && !isTemplateOf(issuer, whose.issuer)) return { kind: 'refused' }
  const secrets = [refreshToken, ...secretsIn(upstream.value.credential)]
  const answered = await outcome(() => refreshed(scope, upstream.value, whose, refreshToken), secrets)
  return answered.ok ? answered.value : { kind: 'failed', failure: answered.failure }
}

async function refreshed(
  scope: Scope,
  { provider, credential }: Upstream,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
  refreshToken: string,
): Promise<Refreshed> {
  const server = { ...provider.server, issuer }
  const client = clientOf(provider)
  const options = requestOptions(scope, server.token_endpoint)
  const authentication = await clientAuthentication(scope, provider, credential)
  const response = await oauth.refreshTokenGrantRequest(server, client, authentication, refreshToken, options)
  const said = await jsonOf(server.token_endpoint ?? '', response.clone())
  if (isRecord(said) && REFUSALS.includes(said.error)) return { kind: 'refused' }
  const answer = await oauth.processRefreshTokenResponse(server, client, response)
  // OIDC Core section 12.2.
  const claims = oauth.getValidatedIdTokenClaims(answer)
  if (claims && claims.sub !== subject) throw new UpstreamError({ kind: 'unverified', reason: 'another sub' })
  return { kind: 'refreshed', tokens: tokensOf(answer) }
}
