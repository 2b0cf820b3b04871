import { secureHeaders } from 'hono/secure-headers'
import { createMiddleware } from 'hono/factory'
import { accountRoutes } from './account/routes.ts'
import { apiRoutes } from './api/routes.ts'
import { assetRoutes } from './assets.ts'
import { consoleRoutes } from './console/routes.ts'
import { newId } from './core/ids.ts'
import { checkMigrated } from './db/open.ts'
import { scimRoutes } from './directory/routes.ts'
import { federationRoutes } from './federation/routes.ts'
import { contentSecurityPolicy, type Env, newRouter, standardOf } from './http.ts'
import { answerError, answerNotFound } from './http/failure.ts'
import { forgotRoutes } from './login/forgot/routes.ts'
import { loginRoutes } from './login/routes.ts'
import { signUpRoutes } from './login/sign-up/routes.ts'
import { verifyRoutes } from './login/verify/routes.ts'
import { findAccessAt } from './oidc/access.ts'
import { oidcRoutes, wellKnownRoutes } from './oidc/routes.ts'
import { metricsRoutes } from './outbound/metrics/routes.ts'
import type { Platform } from './platform.ts'
import { applicationLogoRoutes } from './applications/logo/routes.ts'
import { brandingRoutes } from './tenancy/branding/routes.ts'
import { resolveTenant } from './tenancy/resolve.ts'

/** The whole app over one runtime's Platform. */
export function createApp(platform: Platform) {
  const app = newRouter()
  app.onError(answerError)
  app.notFound(answerNotFound)
  app.use(nameRequest, secureAnswers(platform))

  app.get('/healthz', (c) => c.json({ status: 'ok', region: platform.config.region }))
  app.get('/readyz', async (c) => {
    const ready = await isReady(platform)
    return c.json({ status: ready ? 'ok' : 'not ready' }, ready ? 200 : 503)
  })
  app.route('/', metricsRoutes(platform))
  app.route('/', assetRoutes)
  app.route('/', wellKnownRoutes(platform))

  const tenant = newRouter()
    .route('/', scimRoutes(findAccessAt('/scim2')))
    .route('/', federationRoutes)
    .route('/', brandingRoutes)
    .route('/', applicationLogoRoutes)
    .route('/', loginRoutes)
    .route('/', forgotRoutes)
    .route('/', verifyRoutes)
    .route('/', signUpRoutes)
    .route('/', oidcRoutes)
    .route('/', accountRoutes)
    .route('/', apiRoutes(findAccessAt('/api/v1')))
    .route('/', consoleRoutes)
    .get('/', (c) => c.redirect(`${c.var.scope.base}/console`, 303))
  app.use(resolveTenant(platform))
  app.route('/t/:tenant', tenant)
  app.route('/', tenant)
  return app
}

async function isReady(platform: Platform): Promise<boolean> {
  try {
    await checkMigrated(platform.db)
    return true
  } catch (error) {
    platform.log.error('not ready', { error })
    return false
  }
}

const nameRequest = createMiddleware<Env>(async (c, next) => {
  c.set('requestId', newId())
  await next()
})

/**
 * Nothing is stored that does not say so; pages run nothing that is not ours, and a route that needs more sets its own
 * policy. Answers of scim2 bring their headers with them (answerHeaders): many come from one client, and they are data.
 */
function secureAnswers({ config }: Platform) {
  const secure = secureHeaders({
    // With no-referrer a browser sends `Origin: null` with our own forms.
    referrerPolicy: 'same-origin',
    crossOriginResourcePolicy: false,
    strictTransportSecurity: config.hsts ?? false,
    xFrameOptions: 'DENY',
  })
  return createMiddleware<Env>(async (c, next) => {
    const standard = standardOf(c.req.path)
    if (standard === 'scim') return next()
    await next()
    if (c.get('isWhole')) return undefined
    await secure(c, async () => {})
    c.header('X-Request-Id', c.get('requestId'))
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
    if (standard !== 'page' || c.res.headers.has('Content-Security-Policy')) return undefined
    c.header('Content-Security-Policy', contentSecurityPolicy())
    return undefined
  })
}
