import { SignJWT } from 'jose'
import { findApplicationByClientId } from '../applications/queries.ts'
import { parseBearer } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { SigningAlgorithm } from '../db/schema.ts'
import { findLinkedUser } from '../directory/users/queries.ts'
import { type AppContext, newRouter } from '../http.ts'
import { answerOpenly } from '../http/open-answer.ts'
import type { Scope } from '../platform.ts'
import { claimsOf } from './claims.ts'
import { isForm, limitForm } from './form.ts'
import { signingKey } from './keys.ts'
import { personIn } from './person.ts'
import { knownScopes } from './scope.ts'
import { verifyAccessToken } from './tokens.ts'

/** {T}/oauth2/userinfo (OpenID Connect Core section 5.3): GET and POST. */
export const userinfoRoutes = newRouter().on(['GET', 'POST'], '/oauth2/userinfo', limitForm, async (c) => {
  const { scope } = c.var
  const granted = await verifyAccessToken(scope, await readToken(c))
  const scopes = knownScopes(granted.scope)
  if (!scopes.includes('openid')) throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid.')
  const user = await findLinkedUser(scope, granted.userId)
  if (!user?.row.active) throw new OAuthError('invalid_token', 'The user is no more, or deactivated.')
  const claims = claimsOf(personIn(user, granted.applicationId), scopes, granted.userinfoClaims)
  const alg = (await findApplicationByClientId(scope, granted.clientId))?.clientMetadata.userinfoSignedResponseAlg
  if (alg === undefined) return answerOpenly(c, JSON.stringify(claims))
  return answerOpenly(c, await signed(scope, claims, granted.clientId, alg), { contentType: 'application/jwt' })
})

/**
 * OpenID Connect Core section 5.3.2. Without exp and iat it can never pass for an id_token, which has the same issuer,
 * audience and subject (RFC 8725 section 3.12).
 */
async function signed(scope: Scope, claims: Record<string, unknown>, clientId: string, alg: SigningAlgorithm) {
  const { kid, privateKey } = await signingKey(scope, alg)
  const header = { alg, typ: 'JWT', kid }
  return new SignJWT({ ...claims, iss: scope.issuer, aud: clientId }).setProtectedHeader(header).sign(privateKey)
}

/** In the header, or in the form of a POST (RFC 6750 sections 2.1 and 2.2); never in the address. */
async function readToken(c: AppContext): Promise<string> {
  const inHeader = parseBearer(c.req.header('Authorization'))
  if (inHeader !== undefined) return inHeader
  const inForm =
    c.req.method === 'POST' && isForm(c) ? new URLSearchParams(await c.req.text()).get('access_token') : null
  if (inForm === null) throw new OAuthError('invalid_token', 'There is no access token.')
  return inForm
}
