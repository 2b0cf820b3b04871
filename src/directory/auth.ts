import { createMiddleware } from 'hono/factory'
import { parseBearer } from '../core/basic.ts'
import { ScimError } from '../core/errors.ts'
import { type Env, isFromElsewhere } from '../http.ts'
import { checkAdministrator } from './credentials/administrator.ts'
import { findScimToken } from './credentials/queries.ts'

/** Lets in an administrator of this tenant with Basic, and a SCIM token of this tenant as Bearer (RFC 7644 section 2). */
export const scimAuth = createMiddleware<Env>(async (c, next) => {
  const { scope } = c.var
  const header = c.req.header('Authorization')
  const token = parseBearer(header)
  if (token !== undefined) {
    if (!(await findScimToken(scope, token))) throw new ScimError(401, 'The bearer token is unknown or has expired.')
    return next()
  }
  if (isFromElsewhere(c)) throw new ScimError(403, 'Another site may not send this with Basic.')
  const check = await checkAdministrator(scope, header)
  if (check.kind === 'wait') {
    c.header('Retry-After', String(check.seconds))
    throw new ScimError(429, check.detail)
  }
  if (check.kind === 'unauthenticated') throw new ScimError(401, check.detail)
  if (check.kind === 'forbidden') throw new ScimError(403, check.detail)
  c.set('administrator', check.administrator)
  await next()
  return undefined
})
