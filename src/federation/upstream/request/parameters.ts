/** The one file that uses arctic. Its decodeIdToken verifies nothing, and is not used: answer/ verifies. */
import { CodeChallengeMethod, OAuth2Client } from 'arctic'
import { habitsOf } from '../../../connections/presets/presets.ts'
import type { Authenticator } from '../../../db/schema.ts'

const DEFAULT_SCOPES = ['openid', 'profile', 'email']
/** arctic makes an address of them, and here they are wanted alone: they may be pushed. */
const ANYWHERE = 'https://provider.invalid/'

export type AuthorizationFlow = {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly isFormPost: boolean
  /** What goes on of the application's own request (passed-on.ts). */
  readonly passedOn: Readonly<Record<string, string>>
}

/**
 * The authorization request: code flow with PKCE S256, state and nonce (OIDC Core section 3.1.2.1, RFC 9700 2.1.1).
 * The connection's own parameters stand below: none of them replaces one of ours.
 */
export function authorizationParameters(authenticator: Authenticator, flow: AuthorizationFlow): URLSearchParams {
  const client = new OAuth2Client(authenticator.clientId, null, flow.redirectUri)
  const scopes = [...scopesOf(authenticator)]
  const habits = habitsOf(authenticator)
  const url =
    habits.pkce === false
      ? client.createAuthorizationURL(ANYWHERE, flow.state, scopes)
      : client.createAuthorizationURLWithPKCE(ANYWHERE, flow.state, CodeChallengeMethod.S256, flow.verifier, scopes)
  const hasNonce = authenticator.type === 'oidc' && habits.nonce !== false
  return new URLSearchParams({
    ...authenticator.parameters,
    ...flow.passedOn,
    ...Object.fromEntries(url.searchParams),
    ...(hasNonce ? { nonce: flow.nonce } : {}),
    ...(flow.isFormPost ? { response_mode: 'form_post' } : {}),
  })
}

/** Of an OpenID provider: without openid there would be no id_token, and nobody to sign in. */
export function scopesOf({ type, scopes }: Authenticator): readonly string[] {
  if (type === 'oauth2') return scopes ?? []
  if (!scopes || scopes.length === 0) return DEFAULT_SCOPES
  return scopes.includes('openid') ? scopes : ['openid', ...scopes]
}
