import { brandStyleUrl, logoUrl, styleOf } from '../../html/branding/parts.ts'
import { type AppContext, newRouter, NO_PAGE_POLICY } from '../../http.ts'
import { findLogo } from './queries.ts'

/** {T}/branding: the tenant's own style sheet and logo, for everybody who sees its pages. */
export const brandingRoutes = newRouter()
  .get('/branding/style.css', (c) => {
    const { branding } = c.var.scope.tenant
    const style = branding ? styleOf(branding) : ''
    return c.body(style, 200, keptAt(c, brandStyleUrl(c.var.scope), 'text/css; charset=utf-8'))
  })
  .get('/branding/logo', async (c) => {
    const logo = await findLogo(c.var.scope)
    return logo ? c.body(logo.bytes, 200, keptAt(c, logoUrl(c.var.scope), logo.type)) : c.notFound()
  })

/** Kept for good under the address of this very content; what another one asks for is not to be kept. */
function keptAt(c: AppContext, address: string | undefined, type: string): Record<string, string> {
  const isCurrent = address !== undefined && new URL(c.req.url).search === address.slice(address.indexOf('?'))
  return {
    'Content-Type': type,
    'Cache-Control': isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Content-Security-Policy': NO_PAGE_POLICY,
  }
}
