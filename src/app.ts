import { secureHeaders } from 'hono/secure-headers'
import { createMiddleware } from 'hono/factory'
import { apiRoutes } from './api/routes.ts'
import { assetRoutes } from './assets.ts'
import { consoleRoutes } from './console/routes.ts'
import { newId } from './core/ids.ts'
import { checkMigrated } from './db/open.ts'
import { scimRoutes } from './directory/routes.ts'
import { federationRoutes } from './federation/routes.ts'
import { answerError, answerNotFound, contentSecurityPolicy, type Env, newRouter, standardOf } from './http.ts'
import { loginRoutes } from './login/routes.ts'
import { oidcRoutes, wellKnownRoutes } from './oidc/routes.ts'
import type { Platform } from './platform.ts'
import { resolveTenant } from './tenancy/resolve.ts'

/** The whole app over one runtime's Platform. */
export function createApp(platform: Platform) {
  const app = newRouter()
  app.onError(answerError)
  app.notFound(answerNotFound)
  app.use(nameRequest, secureHeaders(headersOf(platform)), guardPages)

  app.get('/healthz', (c) => c.json({ status: 'ok', region: platform.config.region }))
  app.get('/readyz', async (c) => {
    const ready = await isReady(platform)
    return c.json({ status: ready ? 'ok' : 'not ready' }, ready ? 200 : 503)
  })
  app.route('/', assetRoutes)
  app.route('/', wellKnownRoutes(platform))

  const tenant = newRouter()
    .route('/', scimRoutes)
    .route('/', federationRoutes)
    .route('/', loginRoutes)
    .route('/', oidcRoutes)
    .route('/', apiRoutes)
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
  c.header('X-Request-Id', c.var.requestId)
  await next()
})

function headersOf(platform: Platform) {
  const { baseUrl } = platform.config
  const isPublic = baseUrl.startsWith('https:') && new URL(baseUrl).hostname !== 'localhost'
  return {
    // With no-referrer a browser sends `Origin: null` with our own forms.
    referrerPolicy: 'same-origin',
    crossOriginResourcePolicy: false,
    // On localhost it would force https on whatever else the person runs there.
    strictTransportSecurity: isPublic ? 'max-age=31536000' : false,
    xFrameOptions: 'DENY',
  }
}

/** Nothing is stored that does not say so; pages run nothing that is not ours; a route that needs more sets its own policy. */
const guardPages = createMiddleware<Env>(async (c, next) => {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
  if (standardOf(c.req.path) !== 'page') return
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', contentSecurityPolicy())
})
