import { createMiddleware } from 'hono/factory'
import { Problem } from '../core/errors.ts'
import type { Env } from '../http.ts'
import type { Platform, Scope, Tenant } from '../platform.ts'
import { findTenantBySlug } from './queries.ts'

/** One tenant at one moment. Besides the middleware below, only the outbound consumer and start-up call it. */
export function scopeOf(platform: Platform, tenant: Tenant): Scope {
  const base = tenant.slug === '' ? '' : `/t/${tenant.slug}`
  return {
    platform,
    db: platform.db,
    tenant,
    tenantId: tenant.id,
    now: platform.now(),
    issuer: platform.config.baseUrl + base,
    base,
  }
}

/** Sets c.var.scope from the path alone, never from a header. An unknown tenant is 404. */
export function resolveTenant(platform: Platform) {
  return createMiddleware<Env>(async (c, next) => {
    const slug = c.req.param('tenant') ?? ''
    const tenant = await findTenantBySlug(platform.db, slug)
    if (!tenant) throw new Problem(404, slug === '' ? 'This server is not set up yet.' : 'There is no such tenant.')
    c.set('scope', scopeOf(platform, tenant))
    await next()
  })
}
