import { createMiddleware } from 'hono/factory'
import { Problem } from '../core/errors.ts'
import { pageWords } from '../html/page-words.ts'
import type { Env } from '../http.ts'
import type { Platform, Scope, Tenant } from '../platform.ts'
import { findKnownTenant } from './known.ts'

/** One tenant at one moment. Besides the middleware below, only set-up and the outbound consumer call it. */
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
    const slug = /^\/t\/([^/]+)/.exec(c.req.path)?.[1] ?? ''
    const tenant = await findKnownTenant(platform.db, slug, platform.now())
    if (!tenant) throw new Problem(404, (language) => pageWords(language)[slug === '' ? 'notSetUp' : 'noTenant'])
    c.set('scope', scopeOf(platform, tenant))
    await next()
  })
}
