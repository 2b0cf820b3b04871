/** Clients that authenticate with private_key_jwt (OpenID Connect Core section 9, RFC 7523 section 3). */
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeExpired } from '../../src/tenancy/commands.ts'
import { basicHeader, testWorld } from '../support/app.ts'
import { contentsOf } from '../support/contents.ts'
import { type Client, type OidcWorld, oidcWorld, postToken, REDIRECT_URI, register } from './world.ts'

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const GRANT = { grantTypes: ['client_credentials'], tokenEndpointAuthMethod: 'private_key_jwt' }

type Key = {
  readonly kid: string
  readonly alg: string
  readonly sign: CryptoKey
  readonly jwk: Record<string, unknown>
}

async function makeKey(kid: string, alg = 'ES256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, sign: privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } }
}

const key = await makeKey('one')
const unknown = await makeKey('one')

let world: OidcWorld
let client: Client
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
})
let clients = 0
beforeEach(async () => {
  client = await register(world, { name: `keys ${++clients}`, ...GRANT, clientMetadata: { jwks: { keys: [key.jwk] } } })
})

const nowOf = () => Math.floor(world.platform.now().getTime() / 1000)

/** A good one, but for `claims`; what is undefined is left out. */
function assertion(claims: JWTPayload = {}, { kid, alg, sign }: Omit<Key, 'jwk'> = key): Promise<string> {
  const id = client.clientId
  const all = {
    iss: id,
    sub: id,
    aud: world.issuer,
    jti: crypto.randomUUID(),
    iat: nowOf(),
    exp: nowOf() + 60,
    ...claims,
  }
  return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(sign)
}

function send(jwt: string, form: Record<string, string> = {}, basic: string | null = null): Promise<Response> {
  const all = { grant_type: 'client_credentials', client_assertion_type: TYPE, client_assertion: jwt, ...form }
  return postToken(world, all, basic)
}

async function refusal(answer: Promise<Response>): Promise<[number, string]> {
  const got = await answer
  return [got.status, ((await got.json()) as { error: string }).error]
}
const INVALID_CLIENT = [401, 'invalid_client']

describe('a client is let in', () => {
  test.each<[string, () => string | string[]]>([
    ['the issuer', () => world.issuer],
    ['the token endpoint', () => `${world.issuer}/oauth2/token`],
    // As openid-client 5 has it.
    ['both of them', () => [world.issuer, `${world.issuer}/oauth2/token`]],
  ])('with an assertion for %s', async (_which, audience) => {
    const aud = audience()
    expect((await send(await assertion({ aud }))).status).toBe(200)
    expect((await send(await assertion({ aud }), { client_id: client.clientId })).status).toBe(200)
  })

  test.each(['RS256', 'PS256', 'EdDSA'])('that signs with %s', async (alg) => {
    const its = await makeKey('its', alg)
    client = await register(world, { name: alg, ...GRANT, clientMetadata: { jwks: { keys: [key.jwk, its.jwk] } } })
    expect((await send(await assertion({}, its))).status).toBe(200)
  })

  test('with a clock that is ten seconds wrong', async () => {
    expect((await send(await assertion({ nbf: nowOf() + 9, iat: nowOf() + 9 }))).status).toBe(200)
    expect((await send(await assertion({ exp: nowOf() - 8 }))).status).toBe(200)
  })

  test('by every endpoint that authenticates clients', async () => {
    for (const endpoint of ['introspect', 'revoke']) {
      const url = `${world.issuer}/oauth2/${endpoint}`
      for (const aud of [world.issuer, url]) {
        const jwt = await assertion({ aud })
        const body = new URLSearchParams({ token: 'x', client_assertion_type: TYPE, client_assertion: jwt })
        expect((await world.app.request(url, { method: 'POST', body })).status).toBe(200)
      }
    }
  })

  test('at par with an assertion for the issuer, for the token endpoint or for par (RFC 9126 section 2)', async () => {
    const clientMetadata = { jwks: { keys: [key.jwk] } }
    client = await register(world, { name: 'pushes', ...GRANT, grantTypes: ['authorization_code'], clientMetadata })
    for (const aud of [world.issuer, `${world.issuer}/oauth2/token`, `${world.issuer}/oauth2/par`]) {
      const form = { response_type: 'code', redirect_uri: REDIRECT_URI, scope: 'openid' }
      const jwt = await assertion({ aud })
      const body = new URLSearchParams({ ...form, client_assertion_type: TYPE, client_assertion: jwt })
      const answer = await world.app.request(`${world.issuer}/oauth2/par`, { method: 'POST', body })
      expect(answer.status, aud).toBe(201)
    }
  })
})

describe('an assertion is refused', () => {
  test.each<[string, () => Promise<string>]>([
    ['that another key signed', () => assertion({}, unknown)],
    ['of another issuer', () => assertion({ iss: 'another' })],
    ['of another subject', () => assertion({ sub: 'another' })],
    [
      'of a client without a key',
      () => assertion({ iss: world.application.clientId, sub: world.application.clientId }),
    ],
    ['for somebody else', () => assertion({ aud: 'https://other.example' })],
    [
      'for us and for somebody else (CVE-2025-27370)',
      () => assertion({ aud: [world.issuer, 'https://other.example'] }),
    ],
    ['for a list of nobody', () => assertion({ aud: [] })],
    ['for another endpoint of ours', () => assertion({ aud: `${world.issuer}/oauth2/authorize` })],
    ['for nobody', () => assertion({ aud: undefined })],
    ['without exp', () => assertion({ exp: undefined })],
    ['that has expired', () => assertion({ exp: nowOf() - 11 })],
    ['that lives for more than an hour', () => assertion({ exp: nowOf() + 3620 })],
    ['that is not valid yet', () => assertion({ nbf: nowOf() + 62 })],
    ['that was made in the future', () => assertion({ iat: nowOf() + 62 })],
    ['without jti', () => assertion({ jti: undefined })],
    ['that nobody signed', async () => `${btoa('{"alg":"none"}')}.${(await assertion()).split('.')[1]}.`],
    ['that is none', async () => 'nonsense'],
  ])('%s (RFC 7523 section 3)', async (_what, make) => {
    expect(await refusal(send(await make()))).toEqual(INVALID_CLIENT)
  })

  test('that is signed with the public key as a secret (RFC 8725 section 2.1)', async () => {
    const rsa = await generateKeyPair('RS256', { extractable: true })
    const jwk = { ...(await exportJWK(rsa.publicKey)), kid: 'rsa' }
    client = await register(world, { name: 'rsa', ...GRANT, clientMetadata: { jwks: { keys: [jwk] } } })
    const secret = new TextEncoder().encode(await exportSPKI(rsa.publicKey))
    const forged = await assertion({}, { kid: 'rsa', alg: 'HS256', sign: secret as never })
    expect(await refusal(send(forged))).toEqual(INVALID_CLIENT)
  })

  test('that comes a second time, as long as it lives', async () => {
    const jwt = await assertion()
    expect((await send(jwt)).status).toBe(200)
    expect(await refusal(send(jwt))).toEqual(INVALID_CLIENT)
    world.advance(65_000)
    const scope = await world.scope()
    await removeExpired(scope.db, scope.tenantId, scope.now)
    expect(await refusal(send(jwt))).toEqual(INVALID_CLIENT)
    world.advance(10_000)
    const later = await world.scope()
    await removeExpired(later.db, later.tenantId, later.now)
    expect((await contentsOf(later.db)).get('used_assertions')).toBe('[]')
    expect(await refusal(send(jwt))).toEqual(INVALID_CLIENT)
  })

  test('by all but one of many requests that bring it at once', async () => {
    const jwt = await assertion()
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(jwt)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(5).fill(401)])
  })

  test('beside another way to authenticate, or with another client_id (RFC 6749 section 2.3)', async () => {
    const basic = basicHeader(client.clientId, 'secret')
    expect(await refusal(send(await assertion(), {}, basic))).toEqual([400, 'invalid_request'])
    expect(await refusal(send(await assertion(), { client_secret: 'x' }))).toEqual([400, 'invalid_request'])
    expect(await refusal(send(await assertion(), { client_assertion_type: 'other' }))).toEqual([400, 'invalid_request'])
    const client_id = world.application.clientId
    expect(await refusal(send(await assertion(), { client_id }))).toEqual(INVALID_CLIENT)
  })
})

test('who is registered with a key is refused with the secret that it had before, and the other way round', async () => {
  const settings = { name: 'had a secret', grantTypes: ['client_credentials'] }
  const had = await register(world, settings)
  const form = { grant_type: 'client_credentials' }
  const basic = basicHeader(had.clientId, had.clientSecret)
  expect((await postToken(world, form, basic)).status).toBe(200)
  const tenant = await world.tenant()
  client = had
  expect(await refusal(send(await assertion()))).toEqual(INVALID_CLIENT)
  const change = { tokenEndpointAuthMethod: 'private_key_jwt', clientMetadata: { jwks: { keys: [key.jwk] } } }
  expect((await tenant.api('PATCH', `/applications/${had.id}`, change)).status).toBe(200)
  expect(await refusal(postToken(world, form, basic))).toEqual(INVALID_CLIENT)
  expect(await refusal(postToken(world, { ...form, client_id: had.clientId }, null))).toEqual(INVALID_CLIENT)
  expect((await send(await assertion())).status).toBe(200)
})

test('an application that is to sign needs keys, and gets no secret', async () => {
  expect(client.clientSecret).toBe('')
  const tenant = await world.tenant()
  const made = await tenant.api('POST', '/applications', { name: 'none', redirectUris: [REDIRECT_URI], ...GRANT })
  expect([made.status, await made.json()]).toMatchObject([400, { errors: [{ field: 'tokenEndpointAuthMethod' }] }])
  expect((await tenant.api('PATCH', `/applications/${client.id}`, { clientMetadata: {} })).status).toBe(400)
  expect((await tenant.api('POST', `/applications/${client.id}/client-secret`)).status).toBe(400)
})

describe('keys at an address', () => {
  const jwksUri = 'https://client.example/jwks'
  let served: Record<string, unknown>[]
  let fetches: string[]
  let next: Key
  beforeEach(async () => {
    served = [key.jwk]
    fetches = []
    next = await makeKey('two')
    const fetch = async (url: string) => {
      fetches.push(url)
      return served.length > 0 ? Response.json({ keys: served }) : new Response('gone', { status: 500 })
    }
    world = Object.assign(await testWorld({ fetch }), { base: '', application: client, kimId: '' }) as OidcWorld
    Object.assign(world, { issuer: world.platform.config.baseUrl })
    world.hold(true)
    client = await register(world, { name: 'address', ...GRANT, clientMetadata: { jwksUri } })
  })

  test('are fetched once in five minutes', async () => {
    for (let i = 0; i < 3; i++) expect((await send(await assertion())).status).toBe(200)
    expect(fetches).toEqual([jwksUri])
    world.advance(300_000)
    expect((await send(await assertion())).status).toBe(200)
    expect(fetches).toHaveLength(2)
  })

  test('are fetched again for a key that is not among them, but not for each request (RFC 7517 section 4.5)', async () => {
    expect((await send(await assertion())).status).toBe(200)
    served = [key.jwk, next.jwk]
    world.advance(10_000)
    expect((await send(await assertion({}, next))).status).toBe(200)
    const third = await makeKey('three')
    for (let i = 0; i < 3; i++) expect(await refusal(send(await assertion({}, third)))).toEqual(INVALID_CLIENT)
    expect(fetches).toHaveLength(2)
  })

  test('that are a megabyte are not taken: hundreds of such sets would fill the memory that all tenants share', async () => {
    served = [key.jwk, ...Array.from({ length: 20_000 }, () => ({ kty: 'EC' }))]
    expect(await refusal(send(await assertion()))).toEqual(INVALID_CLIENT)
  })

  test('that cannot be fetched let nobody in, and are not asked for with each request', async () => {
    served = []
    for (let i = 0; i < 3; i++) expect(await refusal(send(await assertion()))).toEqual(INVALID_CLIENT)
    expect(fetches).toHaveLength(1)
    served = [key.jwk]
    world.advance(10_000)
    expect((await send(await assertion())).status).toBe(200)
  })

  test('that were there are good for an hour while their address does not answer', async () => {
    expect((await send(await assertion())).status).toBe(200)
    served = []
    world.advance(300_000)
    expect((await send(await assertion())).status).toBe(200)
    expect(await refusal(send(await assertion({}, next)))).toEqual(INVALID_CLIENT)
    expect(fetches).toHaveLength(2)
    world.advance(55 * 60_000)
    expect(await refusal(send(await assertion()))).toEqual(INVALID_CLIENT)
  })

  test('that its owner took away are gone after five minutes', async () => {
    expect((await send(await assertion())).status).toBe(200)
    served = [next.jwk]
    world.advance(300_000)
    expect(await refusal(send(await assertion()))).toEqual(INVALID_CLIENT)
  })
})
