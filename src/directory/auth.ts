import { createMiddleware } from 'hono/factory'
import { parseBasic, parseBearer } from '../core/basic.ts'
import { ScimError } from '../core/errors.ts'
import type { Env } from '../http.ts'
import { checkCredentials } from './credentials/check.ts'
import { findScimToken } from './credentials/queries.ts'
import { isAdministrator } from './users/queries.ts'

/** Lets in an administrator of this tenant with Basic, and a SCIM token of this tenant as Bearer (RFC 7644 section 2). */
export const scimAuth = createMiddleware<Env>(async (c, next) => {
  const { scope } = c.var
  const header = c.req.header('Authorization')
  const token = parseBearer(header)
  if (token !== undefined) {
    if (!(await findScimToken(scope, token))) throw new ScimError(401, 'The bearer token is unknown or has expired.')
    return next()
  }
  const basic = parseBasic(header)
  if (!basic) throw new ScimError(401, 'Authenticate with Basic as an administrator, or with a SCIM token as Bearer.')
  const check = await checkCredentials(scope, basic.userName, basic.password)
  if (check.kind === 'wait') {
    c.header('Retry-After', String(Math.ceil((check.until.getTime() - scope.now.getTime()) / 1000)))
    throw new ScimError(429, 'Too many wrong passwords: wait before you try again.')
  }
  if (check.kind === 'refused') throw new ScimError(401, 'The user name or the password is wrong.')
  if (!(await isAdministrator(scope, check.user.id))) throw new ScimError(403, 'Only an administrator may do this.')
  c.set('administrator', { id: check.user.id, userName: check.user.userName })
  await next()
  return undefined
})
