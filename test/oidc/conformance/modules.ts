/**
 * The modules of the OpenID Foundation's certification plans, and the test of ours that each one is: its title begins with
 * the module's name, or with `test`. A module without a test says why. modules.test.ts holds the files against this.
 */
import { FAPI2 } from './fapi2-modules.ts'

export type Module = { readonly module: string } & (
  { readonly file: string; readonly test?: string } | { readonly notApplicable: string }
)

const at = (file: string, ...modules: readonly string[]): Module[] => modules.map((module) => ({ module, file }))
const without = (notApplicable: string, ...modules: readonly string[]): Module[] =>
  modules.map((module) => ({ module, notApplicable }))

/** The one module in which this provider and the suite cannot agree: OAuth 2.1 has no implicit grant. */
const NO_IMPLICIT =
  'In this plan the suite demands the response type id_token token and the grant type implicit, which RFC 9700 section 2.1.2 forbids. All else of the module is that of the Config plan.'
const NO_UNSIGNED = 'Skipped by the suite unless alg none is offered, which it is not.'

/** Basic OP and Form Post Basic OP have the same modules; each of these tests runs for both. */
const BASIC: readonly Module[] = [
  ...at(
    'basic.test.ts',
    'oidcc-server',
    'oidcc-response-type-missing',
    'oidcc-idtoken-signature',
    'oidcc-ensure-request-without-nonce-succeeds-for-code-flow',
    'oidcc-scope-profile',
    'oidcc-scope-email',
    'oidcc-scope-address',
    'oidcc-scope-phone',
    'oidcc-scope-all',
    'oidcc-alternate-happy-flow',
    'oidcc-display-page',
    'oidcc-display-popup',
    'oidcc-ui-locales',
    'oidcc-claims-locales',
    'oidcc-login-hint',
    'oidcc-prompt-login',
    'oidcc-prompt-none-not-logged-in',
    'oidcc-prompt-none-logged-in',
    'oidcc-max-age-1',
    'oidcc-max-age-10000',
    'oidcc-ensure-request-with-unknown-parameter-succeeds',
    'oidcc-id-token-hint',
    'oidcc-ensure-request-with-acr-values-succeeds',
    'oidcc-ensure-registered-redirect-uri',
    'oidcc-ensure-post-request-succeeds',
    'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported',
    'oidcc-ensure-request-object-with-redirect-uri',
    'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported',
    'oidcc-claims-essential',
    'oidcc-ensure-request-with-valid-pkce-succeeds',
  ),
  ...at(
    'basic-tokens.test.ts',
    'oidcc-userinfo-get',
    'oidcc-userinfo-post-header',
    'oidcc-userinfo-post-body',
    'oidcc-codereuse',
    'oidcc-codereuse-30seconds',
    'oidcc-server-client-secret-post',
    'oidcc-refresh-token',
  ),
  ...without(NO_UNSIGNED, 'oidcc-idtoken-unsigned'),
]

/** Browsers send no cookies with frames of other sites any more: a check_session_iframe could not see the session. */
const NO_SESSION_MANAGEMENT =
  'Session Management is not built: it lives on third-party cookies. Front-channel and back-channel logout are.'

export const MODULES: Readonly<Record<string, readonly Module[]>> = {
  'oidcc-basic-certification-test-plan': BASIC,
  'oidcc-formpost-basic-certification-test-plan': BASIC,
  'oidcc-config-certification-test-plan': at('config.test.ts', 'oidcc-discovery-endpoint-verification'),
  'oidcc-dynamic-certification-test-plan': [
    ...without(NO_IMPLICIT, 'oidcc-discovery-endpoint-verification'),
    ...without(NO_UNSIGNED, 'oidcc-idtoken-unsigned'),
    ...at(
      'dynamic.test.ts',
      'oidcc-server',
      'oidcc-refresh-token',
      'oidcc-ensure-request-object-with-redirect-uri',
      'oidcc-idtoken-rs256',
      'oidcc-userinfo-rs256',
      'oidcc-ensure-redirect-uri-in-authorization-request',
      'oidcc-redirect-uri-query-OK',
      'oidcc-redirect-uri-query-mismatch',
      'oidcc-redirect-uri-query-added',
      'oidcc-redirect-uri-regfrag',
      'oidcc-registration-logo-uri',
      'oidcc-registration-policy-uri',
      'oidcc-registration-tos-uri',
      'oidcc-registration-jwks-uri',
      'oidcc-registration-sector-uri',
      'oidcc-registration-sector-bad',
      'oidcc-refresh-token-rp-key-rotation',
      'oidcc-request-uri-unsigned',
      'oidcc-request-uri-signed-rs256',
      'oidcc-ensure-client-assertion-with-iss-aud-succeeds',
    ),
    ...at('keys.test.ts', 'oidcc-server-rotate-keys'),
  ],
  'oidcc-3rdparty-init-login-certification-test-plan': at(
    'dynamic.test.ts',
    'oidcc-3rd_party-init-login',
    'oidcc-3rd_party-init-login-nohttps',
  ),
  'oidcc-rp-initiated-logout-certification-test-plan': at(
    'rp-initiated-logout.test.ts',
    'oidcc-rp-initiated-logout-discovery-endpoint-verification',
    'oidcc-rp-initiated-logout',
    'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-modified-id-token-hint',
    'oidcc-rp-initiated-logout-bad-id-token-hint',
    'oidcc-rp-initiated-logout-no-id-token-hint',
    'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-no-params',
    'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
    'oidcc-rp-initiated-logout-only-state',
    'oidcc-rp-initiated-logout-no-state',
  ),
  'oidcc-backchannel-rp-initiated-logout-certification-test-plan': at(
    'backchannel-logout.test.ts',
    'oidcc-backchannel-logout-discovery-endpoint-verification',
    'oidcc-backchannel-rp-initiated-logout',
  ),
  'oidcc-frontchannel-rp-initiated-logout-certification-test-plan': at(
    'frontchannel-logout.test.ts',
    'oidcc-frontchannel-logout-discovery-endpoint-verification',
    'oidcc-frontchannel-rp-initiated-logout',
  ),
  'oidcc-session-management-certification-test-plan': without(
    NO_SESSION_MANAGEMENT,
    'oidcc-session-management-discovery-endpoint-verification',
    'oidcc-session-management-rp-initiated-logout',
  ),
  'fapi2-security-profile-final-test-plan': FAPI2,
}
