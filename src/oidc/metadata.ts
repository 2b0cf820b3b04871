import { GRANT_TYPES } from '../applications/settings.ts'
import { PROOF_ALGORITHMS } from '../core/algorithms.ts'
import { LANGUAGES } from '../core/language.ts'
import { memoryOf, remember } from '../core/memory.ts'
import { knownSignUpPolicy } from '../directory/sign-up/known.ts'
import type { Platform, Scope } from '../platform.ts'
import { ACR_VALUES } from './acr.ts'
import { ASSERTION_ALGORITHMS as KEY_ALGORITHMS, SECRET_ALGORITHM } from './assertions/verify.ts'
import { authorizationPolicy } from '../tenancy/authorization/policy.ts'
import { SIGNING_ALGORITHMS } from './keys.ts'
import { REQUEST_OBJECT_ALGORITHMS } from './request-object/unpack.ts'
import { RESPONSE_MODES } from './response-mode.ts'
import { API_SCOPES, SCOPE_CLAIMS, SCOPES } from './scope.ts'

const SECRETS_AND_KEYS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt']
const CERTIFICATES = ['tls_client_auth', 'self_signed_tls_client_auth']
const ASSERTION_ALGORITHMS = [...KEY_ALGORITHMS, SECRET_ALGORITHM]

/** What this provider can do (OpenID Connect Discovery section 3, RFC 8414): nothing stands here that is not built. */
export function providerMetadata(scope: Scope, { hasSignUp = false } = {}): Record<string, unknown> {
  const { issuer, platform } = scope
  const takesCertificates = platform.clientCertificate !== undefined
  const provingMethods = takesCertificates ? [...SECRETS_AND_KEYS, ...CERTIFICATES] : SECRETS_AND_KEYS
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    userinfo_endpoint: `${issuer}/oauth2/userinfo`,
    pushed_authorization_request_endpoint: `${issuer}/oauth2/par`,
    require_pushed_authorization_requests: authorizationPolicy(scope).requirePushedAuthorizationRequests,
    device_authorization_endpoint: `${issuer}/oauth2/device_authorize`,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    end_session_endpoint: `${issuer}/oidc/logout`,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    jwks_uri: `${issuer}/oauth2/jwks`,
    registration_endpoint: `${issuer}/oauth2/register`,
    scopes_supported: [...SCOPES, ...API_SCOPES],
    response_types_supported: ['code'],
    response_modes_supported: RESPONSE_MODES,
    authorization_signing_alg_values_supported: SIGNING_ALGORITHMS,
    grant_types_supported: GRANT_TYPES,
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
    userinfo_signing_alg_values_supported: SIGNING_ALGORITHMS,
    token_endpoint_auth_methods_supported: [...provingMethods, 'none'],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    introspection_endpoint_auth_methods_supported: provingMethods,
    introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: [...provingMethods, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account', ...(hasSignUp ? ['create'] : [])],
    acr_values_supported: ACR_VALUES,
    claims_supported: [
      ...new Set(['iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'amr', 'sid', ...Object.values(SCOPE_CLAIMS).flat()]),
    ],
    ui_locales_supported: LANGUAGES,
    claims_parameter_supported: true,
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: REQUEST_OBJECT_ALGORITHMS,
    require_signed_request_object: false,
    tls_client_certificate_bound_access_tokens: takesCertificates,
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    authorization_response_iss_parameter_supported: true,
  }
}

/** The same as JSON, with what the tenant has settled. A text is made once for each way that it can be. */
export async function metadataText(scope: Scope): Promise<string> {
  const { enabled: hasSignUp } = await knownSignUpPolicy(scope)
  const memory = memoryOf(texts, scope.platform)
  const { requirePushedAuthorizationRequests } = authorizationPolicy(scope)
  const name = `${scope.tenantId} ${hasSignUp} ${requirePushedAuthorizationRequests}`
  const known = memory.get(name)
  if (known !== undefined) return known
  const text = JSON.stringify(providerMetadata(scope, { hasSignUp }))
  remember(memory, name, text)
  return text
}
const texts = new WeakMap<Platform, Map<string, string>>()
