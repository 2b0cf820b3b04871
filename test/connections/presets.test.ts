import { describe, expect, test } from 'vitest'
import { checkAuthenticator } from '../../src/connections/authenticator/check.ts'
import { authenticatorInput, PRESET_NAMES } from '../../src/connections/authenticator/settings.ts'
import { PRESETS } from '../../src/connections/presets/presets.ts'
import { resolvePreset } from '../../src/connections/presets/resolve.ts'
import type { Authenticator } from '../../src/db/schema.ts'

const DIRECTORY = '8b2c1f0e-1111-4222-8333-444455556666'
/** What an administrator says of hers, where something has to be said. */
const PLACES: Partial<Record<(typeof PRESET_NAMES)[number], object>> = {
  entra: { tenant: DIRECTORY },
  okta: { domain: 'acme.okta.com' },
  auth0: { domain: 'acme.eu.auth0.com' },
  apple: { teamId: 'TEAM', keyId: 'KEY' },
  postern: { domain: 'https://id.example.com/t/acme' },
}
const settled = (given: object, before: Authenticator | null = null) => {
  const { clientSecret: _secret, privateKey: _key, ...input } = authenticatorInput.parse({ clientId: 'c', ...given })
  return checkAuthenticator(resolvePreset(before, input))
}
const fieldsOf = (given: object) => {
  try {
    settled(given)
    return []
  } catch (error) {
    return (error as { errors: { field: string }[] }).errors.map(({ field }) => field)
  }
}

test.each([
  ['entra', 'tenant', 'Give the ID of the directory, or a domain of it.'],
  ['okta', 'domain', 'Give a domain such as example.com, or an address that begins with https://.'],
] as const)(
  'of %s, a %s that cannot be one is refused with what is wanted, and not as missing',
  (preset, name, words) => {
    const { error } = authenticatorInput.safeParse({ preset, clientId: 'c', [name]: '<of ours>' })
    expect(error?.issues.map(({ path, message }) => [path[0], message])).toEqual([[name, words]])
  },
)

describe('a preset', () => {
  test.each(PRESET_NAMES)('%s becomes settings that say where the provider is, by https alone', (preset) => {
    const settings = settled({ preset, ...PLACES[preset] })
    expect(settings).toMatchObject({ preset, type: expect.stringMatching(/^oidc|oauth2$/) as string })
    expect(settings).not.toHaveProperty('domain')
    expect(settings).not.toHaveProperty('tenant')
    const addresses = Object.entries(settings).filter(([name]) => /issuer|Endpoint$/.test(name))
    expect(addresses.length).toBeGreaterThan(0)
    for (const [, url] of addresses) expect(url).toMatch(/^https:\/\/[a-z0-9.-]+(?:\/[\w./@-]*)?(?:\?[\w.,=]+)?$/)
    expect(settings.scopes).toEqual(PRESETS[preset].scopes)
    expect(authenticatorInput.safeParse(settings).error).toBeUndefined()
  })

  test.each(PRESET_NAMES)('%s says what the console has to ask for, and where the callback is registered', (preset) => {
    const { label, registration, fields } = PRESETS[preset]
    expect([label, registration].every((text) => text.length > 0)).toBe(true)
    const needed = fields.filter(({ isRequired, name }) => isRequired && name !== 'privateKey')
    // What is said to be needed is needed, and nothing else is.
    expect(fieldsOf({ preset })).toEqual(needed.map(({ name }) => `authenticator.${name}`))
  })

  test.each([
    ['okta', { domain: 'acme.okta.com' }, 'https://acme.okta.com'],
    ['okta', { domain: 'https://acme.okta.com/oauth2/default/' }, 'https://acme.okta.com/oauth2/default'],
    ['auth0', { domain: 'acme.eu.auth0.com' }, 'https://acme.eu.auth0.com/'],
    ['gitlab', {}, 'https://gitlab.com'],
    ['gitlab', { domain: 'git.example.com' }, 'https://git.example.com'],
    ['github', {}, 'https://github.com/login/oauth'],
    ['github', { domain: 'git.example.com' }, 'https://git.example.com/login/oauth'],
    ['entra', { tenant: DIRECTORY.toUpperCase() }, `https://login.microsoftonline.com/${DIRECTORY}/v2.0`],
    ['entra', { tenant: 'contoso.com' }, 'https://login.microsoftonline.com/contoso.com/v2.0'],
    ['entra', { tenant: 'consumers' }, 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0'],
    ['postern', { domain: 'https://id.example.com/t/acme/' }, 'https://id.example.com/t/acme'],
  ] as const)('%s at %j has the issuer %s', (preset, place, issuer) => {
    expect(settled({ preset, ...place }).issuer).toBe(issuer)
  })

  test.each([
    [{}, 'https://api.github.com/user'],
    [{ domain: 'octo.ghe.com' }, 'https://api.octo.ghe.com/user'],
    [{ domain: 'git.example.com' }, 'https://git.example.com/api/v3/user'],
  ])('of GitHub at %j asks %s who it is', (place, url) => {
    expect(settled({ preset: 'github', ...place }).userinfoEndpoint).toBe(url)
  })

  test('gives way to what is said besides', () => {
    const settings = settled({ preset: 'google', scopes: ['openid'], issuer: 'https://mock.example' })
    expect(settings).toMatchObject({ preset: 'google', issuer: 'https://mock.example', scopes: ['openid'] })
  })
})

describe('a change of the settings', () => {
  const github = settled({ preset: 'github', domain: 'git.example.com', passOn: ['prompt'] })

  test('that says no place keeps the addresses that were made of one', () => {
    expect(settled({ clientId: 'other' }, github)).toEqual({ ...github, clientId: 'other' })
  })

  test('to another place moves every address', () => {
    const moved = settled({ domain: 'new.example.com' }, github)
    expect(JSON.stringify(moved)).not.toContain('git.example.com')
    expect(moved.passOn).toEqual(['prompt'])
  })

  test('to another preset takes nothing of the former provider along', () => {
    const google = settled({ preset: 'google' }, { ...github, parameters: { a: 'b' }, keepTokens: true })
    expect(google).toEqual({
      type: 'oidc',
      preset: 'google',
      clientId: 'c',
      issuer: 'https://accounts.google.com',
      scopes: ['openid', 'profile', 'email'],
      passOn: ['prompt'],
      keepTokens: true,
    })
  })

  test('with null gives up what was said, and the preset says it again', () => {
    const own = settled({ preset: 'google', scopes: ['openid'], issuer: 'https://mock.example' })
    expect(resolvePreset(own, { scopes: null, issuer: null })).toMatchObject({
      issuer: 'https://accounts.google.com',
      scopes: ['openid', 'profile', 'email'],
    })
  })
})

describe('what is refused', () => {
  test('Microsoft Entra ID for people of any directory: whoever makes herself one would come in', () => {
    for (const tenant of ['common', 'organizations', 'Organizations']) {
      expect(fieldsOf({ preset: 'entra', tenant })).toEqual(['authenticator.allowedTenants'])
      expect(fieldsOf({ preset: 'entra', tenant, allowedTenants: [] })).toEqual(['authenticator.allowedTenants'])
      expect(fieldsOf({ preset: 'entra', tenant, allowedTenants: ['contoso.com'] })).toHaveLength(1)
      expect(fieldsOf({ preset: 'entra', tenant, allowedTenants: [DIRECTORY] })).toEqual([])
    }
    expect(fieldsOf({ preset: 'google', allowedTenants: [DIRECTORY] })).toEqual(['authenticator.allowedTenants'])
  })

  test('a provider without OpenID Connect that does not say where it tells who came', () => {
    const endpoints = { authorizationEndpoint: 'https://a.example/a', tokenEndpoint: 'https://a.example/t' }
    expect(fieldsOf({ type: 'oauth2', ...endpoints })).toEqual(['authenticator.userinfoEndpoint'])
  })

  test.each([
    'response_type',
    'client_id',
    'redirect_uri',
    'scope',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'request',
    'request_uri',
    'response_mode',
    'Redirect_URI',
  ])('a parameter of the connection that would replace %s', (name) => {
    const { error } = authenticatorInput.safeParse({ clientId: 'c', parameters: { [name]: 'x' } })
    expect(error?.issues).toMatchObject([{ path: ['parameters'] }])
  })

  test('no other one', () => {
    const parameters = { hd: 'example.com', access_type: 'offline', prompt: 'select_account' }
    expect(authenticatorInput.parse({ clientId: 'c', parameters }).parameters).toEqual(parameters)
  })
})
