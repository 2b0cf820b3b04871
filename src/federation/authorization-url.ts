/** The one file that uses arctic. Its decodeIdToken verifies nothing, and is not used: upstream/ verifies. */
import { CodeChallengeMethod, OAuth2Client } from 'arctic'
import type { Authenticator } from '../db/schema.ts'

const DEFAULT_SCOPES = ['openid', 'profile', 'email']

/** Where the browser is sent: code flow with PKCE S256, state and nonce (OIDC Core section 3.1.2.1, RFC 9700 2.1.1). */
export function authorizationUrl(
  authenticator: Authenticator,
  endpoint: string,
  flow: { readonly redirectUri: string; readonly state: string; readonly nonce: string; readonly verifier: string },
): string {
  const client = new OAuth2Client(authenticator.clientId, null, flow.redirectUri)
  const url = client.createAuthorizationURLWithPKCE(endpoint, flow.state, CodeChallengeMethod.S256, flow.verifier, [
    ...scopesOf(authenticator),
  ])
  url.searchParams.set('nonce', flow.nonce)
  return url.href
}

/** Without openid there would be no id_token, and nobody to sign in. */
export function scopesOf({ scopes }: Authenticator): readonly string[] {
  if (!scopes || scopes.length === 0) return DEFAULT_SCOPES
  return scopes.includes('openid') ? scopes : ['openid', ...scopes]
}
