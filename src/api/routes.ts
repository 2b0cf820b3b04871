import { bodyLimit } from 'hono/body-limit'
import { Problem } from '../core/errors.ts'
import { newRouter } from '../http.ts'
import { alertApi } from './alerts/routes.ts'
import { brandingApi } from './branding/routes.ts'
import { applicationApi } from './applications.ts'
import { consentApi } from './consents/routes.ts'
import { connectionApi } from './connections.ts'
import { decisionApi } from './decisions/routes.ts'
import { deliveryApi } from './deliveries.ts'
import { docsPage } from './docs.ts'
import type { VerifyAccessToken } from '../directory/credentials/caller.ts'
import { factorApi } from './factors/routes.ts'
import { apiAuth, demandPermissions } from './guard.ts'
import { linkedAccountApi } from './linked-accounts/routes.ts'
import { openApiDocument } from './openapi.ts'
import { reconciliationApi } from './reconciliation/routes.ts'
import { registrationApi } from './registration/routes.ts'
import { sessionApi } from './sessions/routes.ts'
import { settingsApi } from './settings.ts'
import { authorizationPolicyApi } from './authorization-policy/routes.ts'
import { signUpApi } from './sign-up/routes.ts'
import { signingKeyApi } from './signing-keys.ts'
import { syncApi } from './sync/routes.ts'
import { targetApi } from './targets.ts'
import { tenantApi } from './tenants.ts'

const limitBody = bodyLimit({
  maxSize: 256 * 1024,
  onError: () => {
    throw new Problem(413, 'A request may have 256 KiB at the most.')
  },
})

/** {T}/api: the management API over the same commands and queries as the console, and its documents. */
export function apiRoutes(verify: VerifyAccessToken) {
  return newRouter()
    .get('/api/v1/openapi.json', (c) => c.json(openApiDocument(c.var.scope)))
    .get('/api/docs', (c) => c.html(docsPage(c.var.scope)))
    .use('/api/v1/*', apiAuth(verify), demandPermissions, limitBody)
    .route('/', tenantApi)
    .route('/', settingsApi)
    .route('/', signingKeyApi)
    .route('/', applicationApi)
    .route('/', registrationApi)
    .route('/', connectionApi)
    .route('/', syncApi)
    .route('/', reconciliationApi)
    .route('/', targetApi)
    .route('/', deliveryApi)
    .route('/', alertApi)
    .route('/', sessionApi)
    .route('/', consentApi)
    .route('/', signUpApi)
    .route('/', authorizationPolicyApi)
    .route('/', brandingApi)
    .route('/', factorApi)
    .route('/', decisionApi)
    .route('/', linkedAccountApi)
}
