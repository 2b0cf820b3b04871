import type { Scope } from '../platform.ts'
import { API_SCOPES, SCOPE_CLAIMS, SCOPES } from './scope.ts'

/** What this provider can do (OpenID Connect Discovery section 3, RFC 8414): nothing stands here that is not built. */
export function providerMetadata({ issuer }: Scope): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/authorize`,
    token_endpoint: `${issuer}/oauth2/token`,
    userinfo_endpoint: `${issuer}/oauth2/userinfo`,
    jwks_uri: `${issuer}/oauth2/jwks`,
    registration_endpoint: `${issuer}/oauth2/register`,
    scopes_supported: [...SCOPES, ...API_SCOPES],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
    prompt_values_supported: ['none', 'login', 'select_account'],
    claims_supported: [...new Set(['iss', 'aud', 'exp', 'iat', 'auth_time', ...Object.values(SCOPE_CLAIMS).flat()])],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    authorization_response_iss_parameter_supported: true,
  }
}
