import { demandsOf } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import { sidFor } from '../../applications/sector.ts'
import { newId } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import { signingKey } from '../keys.ts'
import { signJwt } from '../sign-jwt.ts'
import { subjectFor } from '../subject.ts'

const LOGOUT_TOKEN_SECONDS = 120
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * A logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4), signed as the application's id_tokens are (section
 * 2.6). Never a nonce: it must not pass for one of those. Without a sid it is about all sessions of the person.
 */
export async function issueLogoutToken(
  scope: Scope,
  application: ApplicationRow,
  ended: { readonly userId: string; readonly sid: string },
): Promise<string> {
  const { idTokenAlg: alg } = demandsOf(application)
  const now = Math.floor(scope.now.getTime() / 1000)
  const claims = {
    iss: scope.issuer,
    sub: await subjectFor(scope, application, ended.userId),
    aud: application.clientId,
    jti: newId(),
    iat: now,
    exp: now + LOGOUT_TOKEN_SECONDS,
    ...(ended.sid === '' ? {} : { sid: await sidFor(scope, application, ended.sid) }),
    events: { [EVENT]: {} },
  }
  return signJwt(await signingKey(scope, alg), { alg, typ: 'logout+jwt' }, claims)
}
