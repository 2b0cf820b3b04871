import { newRouter, NO_PAGE_POLICY } from '../../http.ts'
import { knownApplication, readToKnow } from '../known.ts'
import { LOGO_SECONDS, logoAt } from './fetch.ts'

/** {T}/branding/application-logo?client_id=…: the picture of an application, for the pages on which it is named. */
export const applicationLogoRoutes = newRouter().get('/branding/application-logo', async (c) => {
  const { scope } = c.var
  const clientId = c.req.query('client_id') ?? ''
  const application = knownApplication(scope, clientId) ?? (await readToKnow(scope, clientId))
  const { logoUri } = application?.clientMetadata ?? {}
  const logo = logoUri === undefined ? undefined : await logoAt(scope, logoUri)
  if (!logo) return c.notFound()
  return c.body(logo.bytes, 200, {
    'Content-Type': logo.type,
    'Cache-Control': `public, max-age=${LOGO_SECONDS}`,
    'Content-Security-Policy': NO_PAGE_POLICY,
  })
})
