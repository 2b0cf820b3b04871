import type { z } from 'zod'
import type { Branding } from '../../db/schema.ts'
import { logoUrl } from '../../html/branding/parts.ts'
import { type AppContext, jsonBody, newRouter } from '../../http.ts'
import { removeLogo, setBranding, setLogo } from '../../tenancy/branding/commands.ts'
import { brandingInput } from '../../tenancy/branding/settings.ts'
import { findTenant } from '../../tenancy/queries.ts'
import type { brandingAnswer } from './schemas.ts'

export const brandingApi = newRouter()
  .get('/api/v1/branding', async (c) => c.json(await answerOf(c)))
  .put('/api/v1/branding', jsonBody(brandingInput), async (c) => {
    await setBranding(c.var.scope, c.req.valid('json') satisfies Branding)
    return c.json(await answerOf(c))
  })
  .put('/api/v1/branding/logo', async (c) => {
    await setLogo(c.var.scope, new Uint8Array(await c.req.arrayBuffer()))
    return c.json(await answerOf(c))
  })
  .delete('/api/v1/branding/logo', async (c) => {
    await removeLogo(c.var.scope)
    return c.body(null, 204)
  })

/** As it stands in the store: this process may know an older one for a moment. */
async function answerOf(c: AppContext): Promise<z.input<typeof brandingAnswer>> {
  const { scope } = c.var
  const tenant = (await findTenant(scope.db, scope.tenantId)) ?? scope.tenant
  const logo = logoUrl({ ...scope, tenant })
  return { ...tenant.branding, ...(logo === undefined ? {} : { logo: scope.platform.config.baseUrl + logo }) }
}
