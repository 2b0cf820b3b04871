import { createMiddleware } from 'hono/factory'
import { parseBearer } from '../core/basic.ts'
import { ScimError } from '../core/errors.ts'
import type { Env } from '../http.ts'
import { demandAdministrator } from './credentials/administrator.ts'
import { findScimToken } from './credentials/queries.ts'

/** Lets in an administrator of this tenant with Basic, and a SCIM token of this tenant as Bearer (RFC 7644 section 2). */
export const scimAuth = createMiddleware<Env>(async (c, next) => {
  const { scope } = c.var
  const token = parseBearer(c.req.header('Authorization'))
  if (token !== undefined) {
    if (!(await findScimToken(scope, token))) throw new ScimError(401, 'The bearer token is unknown or has expired.')
    return next()
  }
  await demandAdministrator(c, ScimError)
  await next()
  return undefined
})
