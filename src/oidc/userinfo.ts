import { SignJWT } from 'jose'
import { findApplicationByClientId } from '../applications/queries.ts'
import { parseSentToken, type SentToken } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { SigningAlgorithm } from '../db/schema.ts'
import { findLinkedUser } from '../directory/users/queries.ts'
import { type AppContext, newRouter } from '../http.ts'
import { answerOpenly } from '../http/open-answer.ts'
import type { Scope } from '../platform.ts'
import { verifyAccess } from './access.ts'
import { claimsOf } from './claims.ts'
import { isForm, limitForm } from './form.ts'
import { signingKey } from './keys.ts'
import { mappedClaims } from './mapped-claims.ts'
import { personIn } from './person.ts'
import { knownScopes } from './scope.ts'
import { subjectFor } from './subject.ts'

/** {T}/oauth2/userinfo (OpenID Connect Core section 5.3): GET and POST. */
export const userinfoRoutes = newRouter().on(['GET', 'POST'], '/oauth2/userinfo', limitForm, async (c) => {
  const { scope } = c.var
  const granted = await verifyAccess(c, await readToken(c), '/oauth2/userinfo')
  const scopes = knownScopes(granted.scope)
  if (!scopes.includes('openid')) throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid.')
  const user = await findLinkedUser(scope, granted.userId)
  if (!user?.row.active) throw new OAuthError('invalid_token', 'The user is no more, or deactivated.')
  // Whose token it is: an exchanged one stands on another application's grant.
  const application = await findApplicationByClientId(scope, granted.clientId)
  if (!application) throw new OAuthError('invalid_token', 'The application is no more.')
  const claims = {
    ...claimsOf(await personIn(scope, user, application.id), scopes, granted.userinfoClaims),
    ...(await mappedClaims(scope, application, user.row.id))('userinfo'),
    sub: await subjectFor(scope, application, user.row.id),
  }
  const alg = application.clientMetadata.userinfoSignedResponseAlg
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
async function readToken(c: AppContext): Promise<SentToken> {
  const inHeader = parseSentToken(c.req.header('Authorization'))
  if (inHeader !== undefined) return inHeader
  const inForm =
    c.req.method === 'POST' && isForm(c) ? new URLSearchParams(await c.req.text()).get('access_token') : null
  if (inForm === null) throw new OAuthError('invalid_token', 'There is no access token.')
  return { scheme: 'Bearer', token: inForm }
}
