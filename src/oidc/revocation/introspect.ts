import type { ApplicationRow } from '../../applications/queries.ts'
import { hashToken } from '../../core/crypto.ts'
import { OAuthError } from '../../core/errors.ts'
import { newRouter } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { certificateOf } from '../certificate/verify.ts'
import { authenticateConfidentialClient } from '../client-auth.ts'
import { isBound, tokenTypeOf } from '../confirmation.ts'
import { isInAudience } from '../exchange/rules.ts'
import { limitForm, readForm } from '../form.ts'
import { findRefreshToken } from '../refresh/queries.ts'
import { subjectFor } from '../subject.ts'
import { findAccessToken, isAlive } from '../access-tokens.ts'

/**
 * {T}/oauth2/introspect (RFC 7662): what a token is worth that the client which asks was given, or that is meant for it. Of
 * others it learns nothing.
 */
export const introspectionRoutes = newRouter().post('/oauth2/introspect', limitForm, async (c) => {
  const { scope } = c.var
  const form = await readForm(c)
  const application = await authenticateConfidentialClient(scope, c.req.header('Authorization'), form, certificateOf(c))
  const token = form.get('token')
  if (token === undefined) throw new OAuthError('invalid_request', 'token is missing.')
  c.header('Cache-Control', 'no-store')
  const found =
    (await introspectAccess(scope, application, token)) ?? (await introspectRefresh(scope, application, token))
  return c.json(found ?? { active: false })
})

async function introspectAccess(scope: Scope, application: ApplicationRow, token: string) {
  const read = await findAccessToken(scope, token)
  if (!read || !(await isAlive(scope, read))) return undefined
  if (read.clientId !== application.clientId && !isInAudience(read, application)) return undefined
  const [first, ...others] = read.audience
  return {
    active: true,
    iss: scope.issuer,
    aud: others.length === 0 ? first : read.audience,
    sub: read.subject,
    client_id: read.clientId,
    scope: read.scope,
    token_type: tokenTypeOf(read.confirmation),
    ...(isBound(read.confirmation) ? { cnf: read.confirmation } : {}),
    jti: read.tokenId,
    iat: read.issuedAt,
    exp: read.expiresAt,
    ...(read.actor === undefined ? {} : { act: read.actor }),
  }
}

async function introspectRefresh(scope: Scope, application: ApplicationRow, token: string) {
  const { id, clientId } = application
  const found = await findRefreshToken(scope, hashToken(token))
  if (!found?.isAlive || found.usedAt !== null || found.applicationId !== id) return undefined
  return {
    active: true,
    iss: scope.issuer,
    sub: await subjectFor(scope, application, found.userId),
    client_id: clientId,
    scope: found.scope,
    iat: Math.floor(found.created.getTime() / 1000),
    exp: Math.floor(found.expiresAt.getTime() / 1000),
  }
}
