import { createMiddleware } from 'hono/factory'
import { ScimError } from '../core/errors.ts'
import type { AppContext, Env } from '../http.ts'
import { demandPermission, findCaller, type VerifyAccessToken } from './credentials/caller.ts'

/** Lets in whoever has a credential of this tenant (RFC 7644 section 2); what it may do is asked at each route. */
export function scimAuth(verify: VerifyAccessToken) {
  return createMiddleware<Env>(async (c, next) => {
    const { caller, schemaVersion } = await findCaller(c, ScimError, { verify, scimTokens: true })
    c.set('caller', caller)
    if (schemaVersion !== undefined) c.set('scope', { ...c.get('scope'), schemaVersion })
    await next()
  })
}

/** Throws 403 that names the permission which the caller lacks. */
export function demand(c: AppContext, permission: string): void {
  demandPermission(c, ScimError, permission)
}
