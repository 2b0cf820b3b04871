import { Problem } from '../core/errors.ts'
import { createScimToken, removeScimToken } from '../directory/credentials/commands.ts'
import { listScimTokens } from '../directory/credentials/queries.ts'
import { createTenant } from '../directory/setup/commands.ts'
import { type AppContext, jsonBody, newRouter } from '../http.ts'
import type { Tenant } from '../platform.ts'
import { listTenants } from '../tenancy/queries.ts'
import { scopeOf } from '../tenancy/resolve.ts'
import { scimTokenInput, tenantInput } from './schemas.ts'

/** Tenants, which only the default tenant's administrators make and see; and each tenant's own SCIM tokens. */
export const tenantApi = newRouter()
  .post('/api/v1/tenants', demandDefaultTenant, jsonBody(tenantInput), async (c) => {
    const tenant = await createTenant(c.var.scope.platform, c.req.valid('json'))
    return c.json(toTenant(c, tenant), 201)
  })
  .get('/api/v1/tenants', demandDefaultTenant, async (c) => {
    const tenants = await listTenants(c.var.scope.db)
    return c.json({ items: tenants.map((tenant) => toTenant(c, tenant)) })
  })
  .post('/api/v1/scim-tokens', jsonBody(scimTokenInput), async (c) => {
    const input = c.req.valid('json')
    if (input.expiresAt && input.expiresAt <= c.var.scope.now) {
      throw new Problem(400, 'The request body is not valid.', [{ field: 'expiresAt', message: 'This time is past.' }])
    }
    c.header('Cache-Control', 'no-store')
    return c.json(await createScimToken(c.var.scope, input), 201)
  })
  .get('/api/v1/scim-tokens', async (c) => {
    const tokens = await listScimTokens(c.var.scope)
    const items = tokens.map(({ id, description, expiresAt, created }) => ({
      id,
      description,
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
      created: created.toISOString(),
    }))
    return c.json({ items })
  })
  .delete('/api/v1/scim-tokens/:id', async (c) => {
    await removeScimToken(c.var.scope, c.req.param('id'))
    return c.body(null, 204)
  })

async function demandDefaultTenant(c: AppContext, next: () => Promise<void>): Promise<void> {
  if (c.var.scope.tenant.slug !== '') throw new Problem(404, 'Tenants are made in the default tenant.')
  await next()
}

function toTenant(c: AppContext, { id, slug, name }: Tenant) {
  return { id, slug, name, issuer: scopeOf(c.var.scope.platform, { id, slug, name }).issuer }
}
