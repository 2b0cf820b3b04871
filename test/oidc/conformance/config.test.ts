/** The one module of the Config OP plan (oidcc-config-certification-test-plan). */
import { importJWK, type JWK } from 'jose'
import { expect, test } from 'vitest'
import { servedWorld } from './served.ts'

const STRING_LISTS =
  /^(?:scopes|response_types|response_modes|grant_types|acr_values|subject_types|\w+_alg_values|\w+_enc_values|token_endpoint_auth_methods|display_values|claim_types|claims|claims_locales|ui_locales|code_challenge_methods|prompt_values|\w+_methods|authorization_details_types)_supported$/
/** Names of the IANA registry (RFC 8414 section 7.1): those that stand in the document, and some that may. */
const REGISTERED = `
  acr_values_supported authorization_endpoint authorization_response_iss_parameter_supported
  authorization_signing_alg_values_supported backchannel_logout_session_supported backchannel_logout_supported
  claim_types_supported claims_locales_supported claims_parameter_supported claims_supported
  code_challenge_methods_supported device_authorization_endpoint display_values_supported
  dpop_signing_alg_values_supported end_session_endpoint frontchannel_logout_session_supported
  frontchannel_logout_supported grant_types_supported id_token_signing_alg_values_supported introspection_endpoint
  introspection_endpoint_auth_methods_supported introspection_endpoint_auth_signing_alg_values_supported issuer
  jwks_uri mtls_endpoint_aliases op_policy_uri op_tos_uri prompt_values_supported
  pushed_authorization_request_endpoint registration_endpoint request_object_signing_alg_values_supported
  request_parameter_supported request_uri_parameter_supported require_pushed_authorization_requests
  require_request_uri_registration require_signed_request_object response_modes_supported response_types_supported
  revocation_endpoint revocation_endpoint_auth_methods_supported
  revocation_endpoint_auth_signing_alg_values_supported scopes_supported service_documentation
  subject_types_supported tls_client_certificate_bound_access_tokens token_endpoint
  token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported ui_locales_supported
  userinfo_endpoint userinfo_signing_alg_values_supported`.split(/\s+/)
const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?$/

test.each([
  ['the default tenant', ''],
  ['another tenant', 'acme'],
])('oidcc-discovery-endpoint-verification: %s', async (_which, slug) => {
  const world = await servedWorld(slug)
  const answer = await world.app.request(`${world.issuer}/.well-known/openid-configuration`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json\b/)
  const document = (await answer.json()) as Record<string, unknown>

  // OpenID Connect Discovery section 4.3: the issuer is the address without the well-known part, and has no query or fragment.
  expect(document.issuer).toBe(world.issuer)
  const { protocol, search, hash } = new URL(world.issuer)
  expect([protocol, search, hash]).toEqual(['https:', '', ''])

  expect(Object.keys(document).filter((name) => !REGISTERED.includes(name))).toEqual([])
  for (const [name, value] of Object.entries(document)) {
    if (/_(?:endpoint|uri)$/.test(name)) expect(new URL(String(value)).protocol, name).toBe('https:')
    if (!STRING_LISTS.test(name)) continue
    expect(value, name).toEqual(expect.arrayContaining([expect.any(String)]))
    expect(
      (value as unknown[]).every((one) => typeof one === 'string'),
      name,
    ).toBe(true)
  }
  for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
    expect(document[name], name).toEqual(expect.any(String))
  expect(document).toMatchObject({
    response_types_supported: expect.arrayContaining(['code']),
    subject_types_supported: expect.arrayContaining(['public']),
    id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    userinfo_signing_alg_values_supported: expect.arrayContaining(['RS256']),
    grant_types_supported: expect.arrayContaining(['authorization_code']),
    scopes_supported: expect.arrayContaining(['openid']),
    claims_supported: expect.arrayContaining(['sub']),
    code_challenge_methods_supported: expect.arrayContaining(['S256']),
  })
  expect((document.id_token_signing_alg_values_supported as string[])[0]).toBe('RS256')
  expect(document.id_token_signing_alg_values_supported).not.toContain('none')
  // RFC 6749 section 3.3; BCP 47.
  for (const scope of document.scopes_supported as string[]) expect(scope).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  for (const locale of (document.ui_locales_supported ?? []) as string[]) expect(locale).toMatch(LANGUAGE_TAG)

  const jwks = await world.app.request(String(document.jwks_uri))
  expect(jwks.status).toBe(200)
  const { keys } = (await jwks.json()) as { keys: (JWK & { alg: string })[] }
  for (const key of keys) await expect(importJWK(key, key.alg)).resolves.toMatchObject({ type: 'public' })
  const offered = document.id_token_signing_alg_values_supported as string[]
  expect(keys.map(({ alg }) => alg).toSorted()).toEqual(offered.toSorted())
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
})
