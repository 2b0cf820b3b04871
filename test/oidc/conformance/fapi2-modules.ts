/** The modules of the FAPI 2.0 plan (plain_fapi, openid_connect, private_key_jwt, DPoP, unsigned requests); see modules.ts. */
import type { Module } from './modules.ts'

const TESTS: Readonly<Record<string, readonly string[]>> = {
  'fapi2.test.ts': [
    'discovery-end-point-verification',
    'happy-flow',
    'user-rejects-authentication',
    'ensure-authorization-request-without-state-success',
    'ensure-authorization-request-without-nonce-success',
    'ensure-authorization-request-with-64-char-nonce-success',
    'ensure-authorization-request-with-long-nonce',
    'ensure-authorization-request-with-long-state',
    'ensure-other-scope-order-succeeds',
    'test-claims-parameter-identity-claims',
    'access-token-type-header-case-sensitivity',
    'check-dpop-proof-nbf-exp',
    'ensure-dpopproof-with-iat-10seconds-before-succeeds',
    'ensure-dpopproof-with-iat-10seconds-after-succeeds',
    'ensure-different-nonce-inside-and-outside-request-object',
    'ensure-different-state-inside-and-outside-request-object',
    'state-only-outside-request-object-not-used',
    'ensure-request-object-without-redirect-uri-fails',
    'ensure-redirect-uri-in-authorization-request',
    'ensure-registered-redirect-uri',
    'plain-fapi-tolerate-unregistered-redirect-uri',
    'ensure-unsigned-authorization-request-without-using-par-fails',
    'ensure-response-type-code-idtoken-fails',
    'ensure-response-type-token-fails',
  ],
  'fapi2-par.test.ts': [
    'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds',
    'par-attempt-reuse-request_uri',
    'par-attempt-to-use-expired-request_uri',
    'par-attempt-to-use-request_uri-for-different-client',
    'par-authorization-request-containing-request_uri-form-param',
    'par-attempt-invalid-http-method',
    'par-without-duplicate-parameters',
    'par-test-array-as-audience-fails',
    'par-test-par-endpoint-url-as-audience-fails',
    'par-test-token-endpoint-url-as-audience-fails',
    'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted',
    'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails',
    'par-ensure-pkce-required',
    'par-plain-pkce-rejected',
    'ensure-pkce-code-verifier-required',
    'incorrect-pkce-code-verifier-rejected',
    'ensure-mismatched-dpop-jkt-fails',
    'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt',
    'ensure-token-endpoint-fails-with-mismatched-dpop-jkt',
    'ensure-dpopproof-at-par-endpoint-binding-success',
    'ensure-dpop-auth-code-binding-success',
  ],
  'fapi2-token.test.ts': [
    'ensure-client-id-in-token-endpoint',
    'ensure-holder-of-key-required',
    'ensure-authorization-code-is-bound-to-client',
    'attempt-reuse-authorization-code-after-one-second',
    'ensure-token-endpoint-fails-with-expired-auth-code',
    'ensure-signed-client-assertion-with-RS256-fails',
    'ensure-client-assertion-in-token-endpoint',
    'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails',
    'ensure-client-assertion-with-wrong-aud-fails',
    'ensure-client-assertion-with-no-sub-fails',
    'dpop-negative-tests',
    'refresh-token',
  ],
}

const SIGNED = [
  'ensure-request-object-with-multiple-aud-succeeds',
  'ensure-request-object-without-exp-fails',
  'ensure-request-object-without-nbf-fails',
  'ensure-expired-request-object-fails',
  'ensure-request-object-with-bad-aud-fails',
  'ensure-request-object-with-exp-over-60-fails',
  'ensure-request-object-with-nbf-over-60-fails',
  'ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted',
  'ensure-signed-request-object-with-RS256-fails',
  'ensure-request-object-signature-algorithm-is-not-none',
  'ensure-request-object-with-invalid-signature-fails',
  'ensure-matching-key-in-authorization-request',
  'ensure-unsigned-request-at-par-endpoint-fails',
  'par-authorization-request-containing-request_uri',
]

/** Of profiles that a country has laid on top; the suite runs none of them with plain_fapi. */
const OF_COUNTRIES = [
  'australia-connectid-ensure-invalid-purpose-fails',
  'australia-connectid-ensure-request-object-with-exp-over-10-fails',
  'australia-connectid-ensure-request-object-with-nbf-over-15-fails',
  'australia-connectid-test-claims-parameter-idtoken-identity-claims',
  'brazil-ensure-bad-payment-signature-fails',
  'ensure-server-handles-non-matching-intent-id',
  'test-essential-acr-sca-claim',
]

const named = (module: string) => `fapi2-security-profile-final-${module}`

export const FAPI2: readonly Module[] = [
  ...Object.entries(TESTS).flatMap(([file, modules]) => modules.map((module) => ({ module: named(module), file }))),
  ...SIGNED.map((module) => ({
    module: named(module),
    notApplicable: 'Of the Message Signing plan; what it demands is in request-object/request-object.test.ts.',
  })),
  ...OF_COUNTRIES.map((module) => ({
    module: named(module),
    notApplicable: 'Of the profile of a country (ConnectID Australia, Open Finance Brazil, Open Banking UK).',
  })),
]
