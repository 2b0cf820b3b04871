import { cors } from 'hono/cors'
import { createMiddleware } from 'hono/factory'
import { type AppContext, type Env, newRouter } from '../http.ts'
import { answerPublicly } from '../http/open-answer.ts'
import type { Platform } from '../platform.ts'
import { findTenantBySlug } from '../tenancy/queries.ts'
import { scopeOf } from '../tenancy/resolve.ts'
import { authorizeRoutes } from './authorize.ts'
import { consentRoutes } from './consent/routes.ts'
import { deviceAuthorizationRoutes } from './device/authorization.ts'
import { deviceRoutes } from './device/routes.ts'
import { JWKS_SECONDS, publicKeySet } from './keys.ts'
import { logoutRoutes } from './logout/routes.ts'
import { metadataText } from './metadata.ts'
import { pushedRequestRoutes } from './par/routes.ts'
import { registrationRoutes } from './registration/routes.ts'
import { introspectionRoutes } from './revocation/introspect.ts'
import { revocationRoutes } from './revocation/revoke.ts'
import { tokenRoutes } from './token.ts'
import { userinfoRoutes } from './userinfo.ts'

/** A browser's own script may ask these: what they answer is public, or asked for with a credential in the request. */
const open = cors({
  origin: '*',
  allowHeaders: ['Authorization', 'Content-Type', 'DPoP'],
  // RFC 9449 section 8: a script that cannot read the nonce cannot go on.
  exposeHeaders: ['DPoP-Nonce', 'WWW-Authenticate'],
  maxAge: 3600,
})
const anyOrigin = createMiddleware<Env>(async (c, next) => {
  if (c.req.method === 'OPTIONS') return open(c, next)
  await next()
  return c.get('isWhole') ? undefined : open(c, async () => {})
})

async function answerDiscovery(c: AppContext): Promise<Response> {
  return answerPublicly(c, await metadataText(c.get('scope')), JWKS_SECONDS)
}

/** {T}/oauth2 and its discovery documents: the OpenID provider. */
export const oidcRoutes = newRouter()
  .use('/oauth2/token/*', anyOrigin)
  .use('/oauth2/revoke', anyOrigin)
  .use('/oauth2/userinfo', anyOrigin)
  .use('/oauth2/par', anyOrigin)
  .use('/oauth2/device_authorize', anyOrigin)
  .use('/oauth2/jwks', anyOrigin)
  .use('/oauth2/register/*', anyOrigin)
  .use('/.well-known/openid-configuration', anyOrigin)
  .get('/.well-known/openid-configuration', (c) => answerDiscovery(c))
  .get('/oauth2/token/.well-known/openid-configuration', (c) => answerDiscovery(c))
  .get('/oauth2/jwks', async (c) => answerPublicly(c, await publicKeySet(c.get('scope')), JWKS_SECONDS))
  .route('/', authorizeRoutes)
  .route('/', pushedRequestRoutes)
  .route('/', consentRoutes)
  .route('/', deviceAuthorizationRoutes)
  .route('/', deviceRoutes)
  .route('/', tokenRoutes)
  .route('/', introspectionRoutes)
  .route('/', revocationRoutes)
  .route('/', userinfoRoutes)
  .route('/', logoutRoutes)
  .route('/', registrationRoutes)

/** RFC 8414 section 3.1 puts the tenant behind the well-known part, where no tenant's router stands. */
export function wellKnownRoutes(platform: Platform) {
  return newRouter()
    .use('/.well-known/oauth-authorization-server/*', anyOrigin)
    .get('/.well-known/oauth-authorization-server/t/:slug', (c) => answer(c, c.req.param('slug')))
    .get('/.well-known/oauth-authorization-server', (c) => answer(c, ''))

  async function answer(c: AppContext, slug: string) {
    const tenant = await findTenantBySlug(platform.db, slug)
    if (!tenant) return c.notFound()
    const scope = scopeOf(platform, tenant)
    c.set('scope', scope)
    return answerDiscovery(c)
  }
}
