/**
 * The modules of the OpenID Foundation's certification plans for relying parties, and the test of ours that each one is:
 * its title begins with the module's name. A module without a test says why. modules.test.ts holds the files against this.
 */
export type Module = { readonly module: string } & ({ readonly file: string } | { readonly notApplicable: string })

const at = (file: string, ...modules: readonly string[]): Module[] => modules.map((module) => ({ module, file }))
const without = (notApplicable: string, ...modules: readonly string[]): Module[] =>
  modules.map((module) => ({ module, notApplicable }))

const BASIC: readonly Module[] = [
  ...at(
    'basic.test.ts',
    'oidcc-client-test',
    'oidcc-client-test-nonce-invalid',
    'oidcc-client-test-scope-userinfo-claims',
    'oidcc-client-test-client-secret-basic',
    'oidcc-client-test-userinfo-bearer-header',
    'oidcc-client-test-userinfo-invalid-sub',
  ),
  ...at(
    'id-token.test.ts',
    'oidcc-client-test-invalid-iss',
    'oidcc-client-test-missing-sub',
    'oidcc-client-test-invalid-aud',
    'oidcc-client-test-missing-iat',
    'oidcc-client-test-kid-absent-single-jwks',
    'oidcc-client-test-kid-absent-multiple-jwks',
    'oidcc-client-test-idtoken-sig-rs256',
    'oidcc-client-test-idtoken-sig-none',
    'oidcc-client-test-invalid-sig-rs256',
  ),
]

const CONFIG: readonly Module[] = [
  ...at(
    'config.test.ts',
    'oidcc-client-test-discovery-openid-config',
    'oidcc-client-test-discovery-jwks-uri-keys',
    'oidcc-client-test-discovery-issuer-mismatch',
    'oidcc-client-test-signing-key-rotation',
    'oidcc-client-test-signing-key-rotation-just-before-signing',
  ),
  ...without(
    'A connection that is given by its issuer needs no WebFinger: nobody types an account there.',
    'oidcc-client-test-discovery-webfinger-acct',
    'oidcc-client-test-discovery-webfinger-url',
  ),
]

/** The plan runs the modules of Basic again with response_mode=form_post; these two names are ours. */
const FORM_POST: readonly Module[] = at(
  'form-post.test.ts',
  'oidcc-client-test-form-post',
  'oidcc-client-test-form-post-error',
)

const OTHERS: readonly Module[] = [
  ...without(
    'The code flow alone is built (RFC 9700 section 2.1.2): no id_token comes through the browser.',
    'oidcc-client-test-nonce-unless-code-flow',
    'oidcc-client-test-missing-athash',
    'oidcc-client-test-invalid-athash',
    'oidcc-client-test-invalid-chash',
    'oidcc-client-test-missing-chash',
  ),
  ...without(
    'HS256 would make the client secret vouch for people: no such algorithm is taken (RFC 8725 section 3.1).',
    'oidcc-client-test-idtoken-sig-hs256',
  ),
  ...without(
    'Claims that come from elsewhere are not fetched, and nobody asks for them.',
    'oidcc-client-test-aggregated-claims',
    'oidcc-client-test-distributed-claims',
  ),
]

export const MODULES: Readonly<Record<string, readonly Module[]>> = {
  'oidcc-client-basic-certification-test-plan': BASIC,
  'oidcc-client-config-certification-test-plan': CONFIG,
  'oidcc-client-formpost-basic-certification-test-plan': FORM_POST,
  'other plans': OTHERS,
}
