import { parseSentToken, type SentToken } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { SigningAlgorithm } from '../db/schema.ts'
import { type AppContext, newRouter } from '../http.ts'
import { answerOpenly } from '../http/open-answer.ts'
import type { Scope } from '../platform.ts'
import { verifyAccess } from './access.ts'
import type { AccessToken } from './access-tokens.ts'
import { claimsOf } from './claims.ts'
import { isForm, limitForm } from './form.ts'
import { signingKey } from './keys.ts'
import { mappedClaims } from './mapped-claims.ts'
import { knownScopes } from './scope.ts'
import { signJwt } from './sign-jwt.ts'
import { subjectFor } from './subject.ts'
import { type Found, findTold, readPerson } from './userinfo/queries.ts'
import { rememberTold, tellAgain, tellSame } from './userinfo/told.ts'

/** {T}/oauth2/userinfo (OpenID Connect Core section 5.3): GET and POST. */
export const userinfoRoutes = newRouter().on(['GET', 'POST'], '/oauth2/userinfo', limitForm, async (c) => {
  const scope = c.get('scope')
  const sent = await readToken(c)
  const stamp = scope.db.$client.stamp?.()
  const again = tellAgain(scope, sent, stamp)
  if (again !== undefined) return answerOpenly(c, again)
  const { token, standing } = await verifyAccess(c, sent, '/oauth2/userinfo', findTold)
  const { userinfoSignedResponseAlg: alg, claims: mapped } = standing.application.clientMetadata
  if (alg !== undefined) {
    const jwt = await signed(scope, await claimsFor(scope, token, standing), token.clientId, alg)
    return answerOpenly(c, jwt, { contentType: 'application/jwt' })
  }
  const body = tellSame(token, standing) ?? JSON.stringify(await claimsFor(scope, token, standing))
  // What an application has mapped is read of more than stands in what was found.
  if (mapped === undefined) rememberTold(token, standing, body, stamp)
  return answerOpenly(c, body)
})

async function claimsFor(scope: Scope, token: AccessToken, found: Found): Promise<Record<string, unknown>> {
  const scopes = knownScopes(token.scope)
  if (!scopes.includes('openid')) throw new OAuthError('insufficient_scope', 'The access token lacks the scope openid.')
  const person = await readPerson(scope, token, found)
  if (!person) throw new OAuthError('invalid_token', 'The user is no more, or deactivated.')
  return {
    ...claimsOf(person, scopes, token.userinfoClaims),
    ...(await mappedClaims(scope, found.application, person.id))('userinfo'),
    sub: await subjectFor(scope, found.application, person.id),
  }
}

/**
 * OpenID Connect Core section 5.3.2. Without exp and iat it can never pass for an id_token, which has the same issuer,
 * audience and subject (RFC 8725 section 3.12).
 */
async function signed(scope: Scope, claims: Record<string, unknown>, clientId: string, alg: SigningAlgorithm) {
  return signJwt(await signingKey(scope, alg), { alg, typ: 'JWT' }, { ...claims, iss: scope.issuer, aud: clientId })
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
