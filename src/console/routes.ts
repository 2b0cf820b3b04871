import { newRouter } from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { applicationPages } from './applications/routes.ts'
import { attributePages } from './attributes/routes.ts'
import { brandingPages } from './branding/routes.ts'
import { connectionTabs } from './connections/connection-routes.ts'
import { reconciliationPages } from './connections/connectors/reconcile/routes.ts'
import { connectorPages } from './connections/connectors/routes.ts'
import { holdPages } from './connections/connectors/hold-routes.ts'
import { webhookPages } from './connections/connectors/webhook/routes.ts'
import { alertPages } from './login-registration/alerts/routes.ts'
import { syncPages } from './connections/connectors/sync-routes.ts'
import { deliveryPages } from './connections/deliveries/routes.ts'
import { mappingPages } from './connections/mapping/routes.ts'
import { connectionPages } from './connections/routes.ts'
import { jitPages } from './connections/jit/routes.ts'
import { claimsPages } from './connections/claims/routes.ts'
import { grantPages } from './connections/grants/routes.ts'
import { trialPages } from './connections/trial/routes.ts'
import { presetPages } from './connections/presets/routes.ts'
import { decisionPages } from './sign-in-decisions/routes.ts'
import { dryRunPages } from './connections/dry-run/routes.ts'
import { settingsPages } from './connections/settings/routes.ts'
import { clientRegistrationPages } from './client-registration/routes.ts'
import { deletedUserPages } from './deleted-users/routes.ts'
import { groupPages } from './groups/routes.ts'
import { requirePermission } from './guard.ts'
import { homePages } from './home/routes.ts'
import { loginRegistrationPages } from './login-registration/routes.ts'
import { passwordPolicyPages } from './password-policy/routes.ts'
import { rolePages } from './roles/routes.ts'
import { scimTokenPages } from './scim-tokens/routes.ts'
import { authorizationPolicyPages } from './authorization-policy/routes.ts'
import { signUpPages } from './sign-up/routes.ts'
import { signingKeyPages } from './signing-keys/routes.ts'
import { userPages } from './users/routes.ts'

/** {T}/console: the administrators' pages, over the same commands and queries as the APIs. */
export const consoleRoutes = newRouter()
  .use('/console/*', knowBrowser, requirePermission, guardForms)
  .route('/', homePages)
  .route('/', applicationPages)
  .route('/', connectionPages)
  .route('/', presetPages)
  .route('/', connectorPages)
  .route('/', syncPages)
  .route('/', holdPages)
  .route('/', mappingPages)
  .route('/', webhookPages)
  .route('/', alertPages)
  .route('/', reconciliationPages)
  .route('/', deliveryPages)
  .route('/', connectionTabs)
  .route('/', settingsPages)
  .route('/', jitPages)
  .route('/', claimsPages)
  .route('/', grantPages)
  .route('/', trialPages)
  .route('/', dryRunPages)
  .route('/', decisionPages)
  .route('/', userPages)
  .route('/', groupPages)
  .route('/', rolePages)
  .route('/', deletedUserPages)
  .route('/', scimTokenPages)
  .route('/', attributePages)
  .route('/', loginRegistrationPages)
  .route('/', passwordPolicyPages)
  .route('/', signUpPages)
  .route('/', authorizationPolicyPages)
  .route('/', signingKeyPages)
  .route('/', clientRegistrationPages)
  .route('/', brandingPages)
