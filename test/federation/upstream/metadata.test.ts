import { describe, expect, test } from 'vitest'
import type { Authenticator } from '../../../src/db/schema.ts'
import { checkConfiguration, configurationUrls, configuredServer } from '../../../src/federation/upstream/metadata.ts'

const FOUR_FIELDS: Authenticator = {
  type: 'oidc',
  clientId: 'c',
  authorizationEndpoint: 'https://localhost:9444/oauth2/authorize',
  tokenEndpoint: 'https://localhost:9444/oauth2/token',
}
const DOCUMENT = {
  issuer: 'https://localhost:9444',
  authorization_endpoint: 'https://localhost:9444/oauth2/authorize',
  token_endpoint: 'https://localhost:9444/oauth2/token',
  jwks_uri: 'https://localhost:9444/oauth2/jwks',
  userinfo_endpoint: 'https://localhost:9444/oauth2/userinfo',
}

describe('where the configuration is looked for', () => {
  test('without an issuer: under the token endpoint, and under each shorter part of its path', () => {
    expect(configurationUrls(FOUR_FIELDS)).toEqual([
      'https://localhost:9444/oauth2/token/.well-known/openid-configuration',
      'https://localhost:9444/oauth2/.well-known/openid-configuration',
      'https://localhost:9444/.well-known/openid-configuration',
    ])
  })

  test('with an issuer: there alone (OpenID Connect Discovery section 4)', () => {
    const urls = configurationUrls({ ...FOUR_FIELDS, issuer: 'https://idp.example/t/acme/' })
    expect(urls).toEqual(['https://idp.example/t/acme/.well-known/openid-configuration'])
  })

  test('nowhere, if issuer and keys are given', () => {
    const given = { ...FOUR_FIELDS, issuer: 'https://idp.example', jwksUri: 'https://idp.example/keys' }
    expect(configuredServer(given)).toMatchObject({
      issuer: 'https://idp.example',
      jwks_uri: 'https://idp.example/keys',
    })
    expect(configuredServer(FOUR_FIELDS)).toBeUndefined()
  })

  test('at eight addresses at the most', () => {
    expect(configurationUrls({ ...FOUR_FIELDS, tokenEndpoint: `https://x.example/${'a/'.repeat(50)}` })).toHaveLength(8)
  })
})

describe('what is found', () => {
  test('is believed if it names the endpoints that were given', () => {
    expect(checkConfiguration(DOCUMENT, FOUR_FIELDS)).toMatchObject({ ok: true, server: { issuer: DOCUMENT.issuer } })
  })

  test.each([
    ['names another token endpoint', { token_endpoint: 'https://localhost:9444/t/other/oauth2/token' }],
    ['names another authorization endpoint', { authorization_endpoint: 'https://localhost:9444/other' }],
    ['names an issuer at another origin', { issuer: 'https://other.example' }],
    ['has its keys at another origin', { jwks_uri: 'https://other.example/keys' }],
    ['has no keys', { jwks_uri: undefined }],
    ['has an issuer that is no address', { issuer: 'localhost' }],
  ])('is not believed if it was guessed and %s', (_fact, change) => {
    expect(checkConfiguration({ ...DOCUMENT, ...change }, FOUR_FIELDS).ok).toBe(false)
  })

  test.each([undefined, null, 'text', 7, []])('is not believed if it is %j', (document) => {
    expect(checkConfiguration(document, FOUR_FIELDS).ok).toBe(false)
  })

  test('has to name the very issuer that was given (OpenID Connect Discovery section 4.3)', () => {
    expect(checkConfiguration(DOCUMENT, { ...FOUR_FIELDS, issuer: `${DOCUMENT.issuer}/` }).ok).toBe(false)
    expect(checkConfiguration(DOCUMENT, { ...FOUR_FIELDS, issuer: DOCUMENT.issuer }).ok).toBe(true)
  })

  test.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'end_session_endpoint'])(
    'is not believed if its %s is plain http, and the issuer is https',
    (name) => {
      const plain = { ...DOCUMENT, [name]: 'http://localhost:9444/oauth2/plain' }
      const byIssuer: Authenticator = { type: 'oidc', clientId: 'c', issuer: DOCUMENT.issuer }
      expect(checkConfiguration(DOCUMENT, byIssuer).ok).toBe(true)
      expect(checkConfiguration(plain, byIssuer)).toMatchObject({
        ok: false,
        why: expect.stringMatching(/not https/) as string,
      })
    },
  )

  test('has its endpoint for pushed requests, which is told the client secret, beside the token endpoint or not at all', () => {
    const pushedTo = (url: string) => {
      const checked = checkConfiguration({ ...DOCUMENT, pushed_authorization_request_endpoint: url }, FOUR_FIELDS)
      return checked.ok ? checked.server.pushed_authorization_request_endpoint : 'refused'
    }
    expect(pushedTo('https://localhost:9444/oauth2/par')).toBe('https://localhost:9444/oauth2/par')
    expect(pushedTo('https://evil.example/par')).toBeUndefined()
  })

  test('sends no access token to another origin if it was guessed', () => {
    const elsewhere = { ...DOCUMENT, userinfo_endpoint: 'https://other.example/userinfo' }
    const checked = checkConfiguration(elsewhere, FOUR_FIELDS)
    expect(checked.ok && checked.server.userinfo_endpoint).toBeUndefined()
  })

  test('opens no way to unsigned tokens or to the client secret as a key (RFC 8725 section 3.1)', () => {
    const offering = { ...DOCUMENT, id_token_signing_alg_values_supported: ['none', 'HS256', 'RS256'] }
    const checked = checkConfiguration(offering, FOUR_FIELDS)
    expect(checked.ok && checked.server.id_token_signing_alg_values_supported).toEqual(['RS256'])
  })
})
