import { brandStyle } from '../../html/branding/colours.ts'
import { type AppContext, formOf, newRouter, readForm } from '../../http.ts'
import type { Tenant } from '../../platform.ts'
import { removeLogo, setBranding, setLogo } from '../../tenancy/branding/commands.ts'
import { checkLogo } from '../../tenancy/branding/logo.ts'
import { brandingInput } from '../../tenancy/branding/settings.ts'
import { findTenant } from '../../tenancy/queries.ts'
import { submitForm } from '../form.ts'
import { viewOf } from '../frame.ts'
import { withMessage } from '../messages.ts'
import { formPage } from '../permissions.ts'
import { brandingForm } from './form.ts'
import { brandingPage, brandingPath, removeLogoPage } from './pages.ts'

const previewQuery = brandingInput.pick({ accent: true, accentDark: true })

/** Branding: what visitor pages look like. */
export const brandingPages = newRouter()
  .get('/console/branding', async (c) => c.html(brandingPage(viewOf(c), { tenant: await storedTenant(c) })))
  .post('/console/branding', async (c) => {
    const view = viewOf(c)
    const tenant = await storedTenant(c)
    const form = await readForm(c, brandingForm)
    if (form.ok && form.values.action === 'preview') {
      return c.html(brandingPage(view, { tenant, draft: { values: form.values, errors: [] }, shown: form.data }))
    }
    return submitForm(
      c,
      brandingForm,
      async (branding) => {
        await setBranding(c.var.scope, branding)
        return withMessage(brandingPath(view), 'branding-updated')
      },
      (draft) => brandingPage(view, { tenant, draft }),
    )
  })
  /** The colours of a preview, set or not. */
  .get('/console/branding/preview.css', (c) => {
    const colours = previewQuery.safeParse(c.req.query())
    return c.body(brandStyle(colours.success ? colours.data : {}), 200, { 'Content-Type': 'text/css; charset=utf-8' })
  })
  .post('/console/branding/logo', async (c) => {
    const view = viewOf(c)
    const { logo } = await formOf(c)
    const bytes = logo instanceof File ? new Uint8Array(await logo.arrayBuffer()) : new Uint8Array()
    const checked = checkLogo(bytes)
    if (!checked.ok) {
      const logoErrors = [{ field: 'logo', message: checked.fault }]
      return c.html(brandingPage(view, { tenant: await storedTenant(c), logoErrors }), 422)
    }
    await setLogo(c.var.scope, bytes)
    return c.redirect(withMessage(brandingPath(view), 'logo-updated'), 303)
  })
  .get('/console/branding/logo/remove', formPage, (c) => c.html(removeLogoPage(viewOf(c))))
  .post('/console/branding/logo/remove', async (c) => {
    await removeLogo(c.var.scope)
    return c.redirect(withMessage(brandingPath(viewOf(c)), 'logo-removed'), 303)
  })

/** As it stands in the store: this process may know an older one for a moment. */
async function storedTenant(c: AppContext): Promise<Tenant> {
  const { scope } = c.var
  return (await findTenant(scope.db, scope.tenantId)) ?? scope.tenant
}
