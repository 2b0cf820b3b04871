import { Problem } from '../core/errors.ts'
import { createTenant } from '../directory/setup/commands.ts'
import { type AppContext, jsonBody, newRouter } from '../http.ts'
import type { Tenant } from '../platform.ts'
import { listTenants } from '../tenancy/queries.ts'
import { scopeOf } from '../tenancy/resolve.ts'
import { tenantInput } from './schemas.ts'

/** Tenants, which are made and seen in the default tenant alone. */
export const tenantApi = newRouter()
  .post('/api/v1/tenants', demandDefaultTenant, jsonBody(tenantInput), async (c) => {
    const tenant = await createTenant(c.var.scope.platform, c.req.valid('json'))
    return c.json(toTenant(c, tenant), 201)
  })
  .get('/api/v1/tenants', demandDefaultTenant, async (c) => {
    const tenants = await listTenants(c.var.scope.db)
    return c.json({ items: tenants.map((tenant) => toTenant(c, tenant)) })
  })

async function demandDefaultTenant(c: AppContext, next: () => Promise<void>): Promise<void> {
  if (c.var.scope.tenant.slug !== '') throw new Problem(404, 'Tenants are made in the default tenant.')
  await next()
}

function toTenant(c: AppContext, { id, slug, name }: Tenant) {
  return { id, slug, name, issuer: scopeOf(c.var.scope.platform, { id, slug, name }).issuer }
}
