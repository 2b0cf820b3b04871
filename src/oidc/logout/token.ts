import { newId } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import { signingKey } from '../keys.ts'
import { signJwt } from '../sign-jwt.ts'

const LOGOUT_TOKEN_SECONDS = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4). Never a nonce: it must not pass for an id_token. */
export async function issueLogoutToken(
  scope: Scope,
  ended: { readonly clientId: string; readonly subject: string; readonly sid: string },
): Promise<string> {
  const now = Math.floor(scope.now.getTime() / 1000)
  const claims = {
    iss: scope.issuer,
    sub: ended.subject,
    aud: ended.clientId,
    jti: newId(),
    iat: now,
    exp: now + LOGOUT_TOKEN_SECONDS,
    sid: ended.sid,
    events: { [EVENT]: {} },
  }
  return signJwt(await signingKey(scope), { alg: 'RS256', typ: 'logout+jwt' }, claims)
}
