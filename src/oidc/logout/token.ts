import { SignJWT } from 'jose'
import { newId } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import { signingKey } from '../keys.ts'

const LOGOUT_TOKEN_SECONDS = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4). Never a nonce: it must not pass for an id_token. */
export async function issueLogoutToken(
  scope: Scope,
  ended: { readonly clientId: string; readonly subject: string; readonly sid: string },
): Promise<string> {
  const { kid, privateKey } = await signingKey(scope)
  const now = Math.floor(scope.now.getTime() / 1000)
  return new SignJWT({ sid: ended.sid, events: { [EVENT]: {} } })
    .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', kid })
    .setIssuer(scope.issuer)
    .setSubject(ended.subject)
    .setAudience(ended.clientId)
    .setJti(newId())
    .setIssuedAt(now)
    .setExpirationTime(now + LOGOUT_TOKEN_SECONDS)
    .sign(privateKey)
}
