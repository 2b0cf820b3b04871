import { importJWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { signingKeys } from '../../src/db/schema.ts'
import { testWorld, type TestWorld } from '../support/app.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld()
  await world.tenant('acme')
})

const ORIGIN = 'https://localhost:9443'

async function read(path: string) {
  const answer = await world.app.request(ORIGIN + path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
  return (await answer.json()) as Record<string, string | string[]> & { keys: Record<string, string>[] }
}

describe.each([
  ['the default tenant', '', '/.well-known/oauth-authorization-server'],
  ['another tenant', '/t/acme', '/.well-known/oauth-authorization-server/t/acme'],
])('the metadata of %s', (_which, base, rfc8414) => {
  test('is the same at its three addresses, and names the issuer that the address has (OpenID Connect Discovery 4.3)', async () => {
    const document = await read(`${base}/.well-known/openid-configuration`)
    expect(document.issuer).toBe(ORIGIN + base)
    expect(await read(`${base}/oauth2/token/.well-known/openid-configuration`)).toEqual(document)
    expect(await read(rfc8414)).toEqual(document)
  })

  test('names what every provider must name (OpenID Connect Discovery section 3), and no endpoint that is not there', async () => {
    const document = await read(`${base}/.well-known/openid-configuration`)
    expect(document).toMatchObject({
      response_types_supported: ['code'],
      subject_types_supported: ['public', 'pairwise'],
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
      ],
      scopes_supported: expect.arrayContaining(['openid', 'offline_access']),
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'client_secret_jwt',
        'private_key_jwt',
        'none',
      ],
      token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519', 'HS256'],
    })
    const endpoints = Object.entries(document).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(endpoints.map(([name]) => name).toSorted()).toEqual([
      'authorization_endpoint',
      'device_authorization_endpoint',
      'end_session_endpoint',
      'introspection_endpoint',
      'jwks_uri',
      'pushed_authorization_request_endpoint',
      'registration_endpoint',
      'revocation_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
    ])
    for (const [name, url] of endpoints) {
      expect(url).toMatch(new RegExp(`^${ORIGIN}${base}/(?:oauth2|oidc)/`))
      const isPosted = !['authorization_endpoint', 'jwks_uri', 'userinfo_endpoint'].includes(name)
      const answer = await world.app.request(String(url), { method: isPosted ? 'POST' : 'GET' })
      expect(answer.status).not.toBe(404)
    }
  })
})

test('the public origin is that of the settings, whatever Host says', async () => {
  const answer = await world.app.request('https://evil.example/.well-known/openid-configuration', {
    headers: { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
  })
  expect(((await answer.json()) as { issuer: string }).issuer).toBe(ORIGIN)
})

test('a tenant that is not there has no metadata', async () => {
  for (const path of [
    '/t/nobody/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server/t/nobody',
  ]) {
    expect((await world.app.request(ORIGIN + path)).status).toBe(404)
  }
})

test.each([
  ['RS256', { kty: 'RSA' }, ['alg', 'e', 'kid', 'kty', 'n', 'use']],
  ['ES256', { kty: 'EC', crv: 'P-256' }, ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }, ['alg', 'crv', 'kid', 'kty', 'use', 'x']],
])('the %s key has kid, alg and use, and no private part (RFC 7517 section 4)', async (alg, kind, members) => {
  const { keys } = await read('/oauth2/jwks')
  const [key = {}, ...others] = keys.filter((one) => one.alg === alg)
  expect(others).toEqual([])
  expect(Object.keys(key).toSorted()).toEqual(members)
  expect(key).toMatchObject({ ...kind, alg, use: 'sig' })
  if (alg === 'RS256') expect(Buffer.from(key.n ?? '', 'base64url')).toHaveLength(256)
  await expect(importJWK(key, alg)).resolves.toBeDefined()
})

test('every tenant has keys of its own', async () => {
  const [own, others] = [await read('/oauth2/jwks'), await read('/t/acme/oauth2/jwks')]
  expect(own.keys[0]?.kid).not.toBe(others.keys[0]?.kid)
})

test('requests that race for a tenant’s first keys all get the same, one of each algorithm', async () => {
  await world.tenant('racing')
  const answers = await Promise.all(Array.from({ length: 4 }, () => read('/t/racing/oauth2/jwks')))
  const kids = answers.map(({ keys }) => keys.map(({ kid }) => kid))
  expect(new Set(kids.flat()).size).toBe(3)
  const { tenantId } = await world.scope('racing')
  const rows = await world.platform.db.select().from(signingKeys)
  expect(rows.filter((row) => row.tenantId === tenantId)).toHaveLength(3)
})

test('the private key is sealed in the store', async () => {
  await read('/oauth2/jwks')
  const [row] = await world.platform.db.select().from(signingKeys)
  expect(row?.sealedPrivateJwk).toMatch(/^v1\./)
  expect(JSON.stringify(row?.publicJwk)).not.toMatch(/"[dpq]"/)
})
