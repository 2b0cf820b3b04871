/** Authorization requests that the application has signed (RFC 9101). */
import { generateSecret, type JWTHeaderParameters, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { basicHeader } from '../../support/app.ts'
import { browserClient } from '../../support/browser-client.ts'
import {
  answerIn,
  authorizePath,
  CHALLENGE,
  type Client,
  type OidcWorld,
  oidcWorld,
  postToken,
  REDIRECT_URI,
  register,
  signIn,
  VERIFIER,
} from '../world.ts'
import { clientKey, type ClientKey, secondsOf } from '../dpop/world.ts'

let world: OidcWorld
let client: Client
let keys: Record<string, ClientKey>
let jwks: { keys: Record<string, unknown>[] }
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
  const made = await Promise.all(['ES256', 'PS256', 'RS256', 'EdDSA'].map((alg) => clientKey(alg)))
  keys = Object.fromEntries(made.map((one) => [one.alg, one]))
  jwks = { keys: made.map(({ jwk, alg }) => ({ ...jwk, alg, kid: alg })) }
  client = await register(world, { name: 'signs', clientMetadata: { jwks } })
})

type Claims = Readonly<Record<string, unknown>>

/** A good request object, but for `claims` and `header`; what is undefined is left out. */
function objectOf(claims: Claims = {}, header: Claims = {}, of = client, by = keys.ES256): Promise<string> {
  if (!by) throw new Error('no key')
  const all = {
    iss: of.clientId,
    aud: world.issuer,
    exp: secondsOf(world) + 300,
    client_id: of.clientId,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    state: 'inside',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...claims,
  }
  const protectedHeader = { alg: by.alg, kid: by.alg, typ: 'oauth-authz-req+jwt', ...header } as JWTHeaderParameters
  return new SignJWT(all).setProtectedHeader(protectedHeader).sign(by.sign)
}

function pathOf(request: string, outside: Record<string, string | undefined> = {}, of = client): string {
  return authorizePath(world, { client_id: of.clientId, request, ...outside })
}

async function errorOf(request: string, outside: Record<string, string | undefined> = {}, of = client) {
  const answer = answerIn(await browserClient(world).get(pathOf(request, outside, of)))
  expect(answer.error_description).toMatch(/^[\w ,.:()_-]+$/)
  return answer.error
}

async function push(form: Record<string, string>, of = client) {
  const headers = { Authorization: basicHeader(of.clientId, of.clientSecret) }
  const body = new URLSearchParams(form)
  const answer = await world.app.request(`${world.issuer}/oauth2/par`, { method: 'POST', headers, body })
  return { status: answer.status, body: (await answer.json()) as { error: string; request_uri: string } }
}

describe('a signed request object (RFC 9101 section 6)', () => {
  test.each(['ES256', 'PS256', 'RS256', 'EdDSA'])('is taken with %s', async (alg) => {
    const browser = browserClient(world)
    const page = await browser.get(pathOf(await objectOf({}, {}, client, keys[alg])))
    const { code = '', state } = answerIn(await signIn(browser, page))
    expect(state).toBe('inside')
    const basic = basicHeader(client.clientId, client.clientSecret)
    expect((await postToken(world, { code, code_verifier: VERIFIER }, basic)).status).toBe(200)
  })

  test('counts alone: of what stands beside it nothing is taken but client_id (section 6.3)', async () => {
    const browser = browserClient(world)
    const outside = { state: 'outside', nonce: 'outside', redirect_uri: 'https://evil.example/', scope: undefined }
    const page = await browser.get(pathOf(await objectOf({ state: undefined }), outside))
    const answer = answerIn(await signIn(browser, page))
    expect(answer).toHaveProperty('code')
    expect(answer).not.toHaveProperty('state')
  })

  test('needs nothing beside it but client_id (section 5)', async () => {
    const query = new URLSearchParams({ client_id: client.clientId, request: await objectOf() })
    expect((await browserClient(world).get(`/oauth2/authorize?${query}`)).path).toMatch(/^\/login\?/)
  })

  test('may be of the type JWT or of none, for several audiences, and ten seconds from now', async () => {
    const now = secondsOf(world)
    for (const [claims, header] of [
      [{}, { typ: 'JWT' }],
      [{}, { typ: undefined }],
      [{}, { typ: 'application/oauth-authz-req+jwt' }],
      [{ aud: [world.issuer, 'https://other.example'] }, {}],
      [{ nbf: now + 8, iat: now + 8 }, {}],
      [{ client_id: undefined }, {}],
      // Those of OpenID Connect Core section 6.1 have none.
      [{ exp: undefined }, {}],
    ] as const) {
      expect((await browserClient(world).get(pathOf(await objectOf(claims, header)))).path).toMatch(/^\/login\?/)
    }
  })

  test('has max_age as a number and claims as an object (OpenID Connect Core section 6.1)', async () => {
    const claims = { userinfo: { email: null } }
    const browser = browserClient(world)
    await signIn(browser, await browser.get(pathOf(await objectOf())))
    world.advance(1000)
    const page = await browser.get(pathOf(await objectOf({ max_age: 0, claims })))
    expect(page.path).toMatch(/^\/login\?/)
    expect(await errorOf(await objectOf({ claims: { userinfo: 'email' } }))).toBe('invalid_request')
  })

  test('may be pushed (RFC 9126 section 3)', async () => {
    const { status, body } = await push({ request: await objectOf(), client_id: client.clientId, state: 'outside' })
    expect(status).toBe(201)
    const query = new URLSearchParams({ client_id: client.clientId, request_uri: body.request_uri })
    const browser = browserClient(world)
    const answer = answerIn(await signIn(browser, await browser.get(`/oauth2/authorize?${query}`)))
    expect(answer).toMatchObject({ state: 'inside', code: expect.any(String) })
  })
})

describe('is refused', () => {
  test.each<[string, () => Promise<string>]>([
    ['that another key signed', async () => objectOf({}, { alg: 'ES256', kid: 'ES256' }, client, await clientKey())],
    [
      'that is signed with a secret',
      async () => {
        const sign = (await generateSecret('HS256')) as CryptoKey
        return objectOf({}, {}, client, { ...(await clientKey()), alg: 'HS256', sign })
      },
    ],
    ['of a key that is not there', () => objectOf({}, { kid: 'other' })],
    ['that is no JWT', async () => 'nonsense'],
    ['that is encrypted', async () => 'e30.e30.e30.e30.e30'],
    ['of another type', () => objectOf({}, { typ: 'at+jwt' })],
    ['of another client', () => objectOf({ iss: world.application.clientId })],
    ['without iss', () => objectOf({ iss: undefined })],
    ['for another audience', () => objectOf({ aud: 'https://other.example' })],
    ['for another tenant', () => objectOf({ aud: `${world.issuer}/t/acme` })],
    ['for nobody', () => objectOf({ aud: undefined })],
    ['that has expired', () => objectOf({ exp: secondsOf(world) - 11 })],
    ['that lives for more than an hour', () => objectOf({ exp: secondsOf(world) + 3620 })],
    ['that is not valid yet', () => objectOf({ nbf: secondsOf(world) + 62 })],
    ['that was made in the future', () => objectOf({ iat: secondsOf(world) + 62 })],
    ['whose client_id is another', () => objectOf({ client_id: world.application.clientId })],
    ['whose sub is the client (section 10.8)', () => objectOf({ sub: client.clientId })],
    ['with a request in it (section 4)', async () => objectOf({ request: await objectOf() })],
    ['with a request_uri in it (section 4)', () => objectOf({ request_uri: 'urn:ietf:params:oauth:request_uri:x' })],
    ['with a parameter that is no text', () => objectOf({ state: true })],
    ['that is too long', () => objectOf({ state: 'x'.repeat(16_000) })],
  ])('%s (RFC 9101 section 6)', async (_what, make) => {
    const object = await make()
    expect(await errorOf(object)).toBe('invalid_request_object')
    const { status, body } = await push({ request: object })
    expect([status, body.error]).toEqual([400, 'invalid_request_object'])
  })

  test('on a page, where nothing beside it says where to send the refusal', async () => {
    const page = await browserClient(world).get(pathOf('nonsense', { redirect_uri: undefined }))
    expect([page.status, page.headers.get('Location')]).toEqual([400, null])
    expect(page.text).toContain('the request object is not valid')
  })

  test('a redirect_uri in it that is not registered, and none, on a page (RFC 6749 section 4.1.2.1)', async () => {
    for (const redirect_uri of ['https://evil.example/', undefined]) {
      const page = await browserClient(world).get(pathOf(await objectOf({ redirect_uri })))
      expect([page.status, page.headers.get('Location')]).toEqual([400, null])
    }
  })

  test('a parameter in it that would be refused outside, too', async () => {
    expect(await errorOf(await objectOf({ response_type: 'token' }))).toBe('unsupported_response_type')
    expect(await errorOf(await objectOf({ code_challenge_method: 'plain' }))).toBe('invalid_request')
  })

  test('beside a request_uri (section 5)', async () => {
    expect(await errorOf(await objectOf(), { request_uri: 'https://app.example/request' })).toBe('invalid_request')
  })

  test('of an application without keys', async () => {
    const without = world.application
    expect(await errorOf(await objectOf({}, {}, without), {}, without)).toBe('invalid_request_object')
  })

  test('in the words of request_not_supported if nobody signed it', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const payload = (await objectOf()).split('.')[1]
    expect(await errorOf(`${part({ alg: 'none' })}.${payload}.`)).toBe('request_not_supported')
  })
})

describe('settings (RFC 9101 section 10.5)', () => {
  test('require_signed_request_object demands one, at both endpoints', async () => {
    const strict = await register(world, {
      name: 'strict',
      clientMetadata: { jwks, requireSignedRequestObject: true },
    })
    const plain = { code_challenge: CHALLENGE, code_challenge_method: 'S256', client_id: strict.clientId }
    const page = await browserClient(world).get(authorizePath(world, plain))
    expect(answerIn(page)).toMatchObject({ error: 'invalid_request', state: 'state-1' })
    const form = { ...plain, response_type: 'code', redirect_uri: REDIRECT_URI, scope: 'openid' }
    expect((await push(form, strict)).body.error).toBe('invalid_request')
    expect((await push({ request: await objectOf({}, {}, strict) }, strict)).status).toBe(201)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${(await objectOf({}, {}, strict)).split('.')[1]}.`
    expect((await push({ request: unsigned }, strict)).body.error).toBe('invalid_request_object')
  })

  test('request_object_signing_alg is the only one', async () => {
    const one = await register(world, { name: 'one', clientMetadata: { jwks, requestObjectSigningAlg: 'PS256' } })
    expect((await push({ request: await objectOf({}, {}, one, keys.PS256) }, one)).status).toBe(201)
    expect((await push({ request: await objectOf({}, {}, one) }, one)).body.error).toBe('invalid_request_object')
  })

  test('FAPI 2.0 demands nbf within the last hour, and does not take RS256 (Message Signing section 5.3.1)', async () => {
    const fapi = await register(world, {
      name: 'fapi',
      tokenEndpointAuthMethod: 'private_key_jwt',
      clientMetadata: { jwks, profile: 'fapi2', requirePkce: undefined },
    })
    const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    const now = secondsOf(world)
    const pushSigned = async (claims: Claims, by = keys.ES256) => {
      const own = { sub: fapi.clientId, jti: crypto.randomUUID(), iat: now }
      const client_assertion = await objectOf(own, { typ: 'JWT' }, fapi)
      const request = await objectOf(claims, {}, fapi, by)
      const body = new URLSearchParams({ request, client_assertion_type, client_assertion })
      const answer = await world.app.request(`${world.issuer}/oauth2/par`, { method: 'POST', body })
      return [answer.status, ((await answer.json()) as { error?: string }).error]
    }
    expect(await pushSigned({ nbf: now + 8 })).toEqual([201, undefined])
    expect(await pushSigned({ nbf: now }, keys.PS256)).toEqual([201, undefined])
    expect(await pushSigned({})).toEqual([400, 'invalid_request_object'])
    expect(await pushSigned({ nbf: now, exp: undefined })).toEqual([400, 'invalid_request_object'])
    expect(await pushSigned({ nbf: now - 3620 })).toEqual([400, 'invalid_request_object'])
    expect(await pushSigned({ nbf: now }, keys.RS256)).toEqual([400, 'invalid_request_object'])
  })

  test('an application without keys cannot be told to sign', async () => {
    const tenant = await world.tenant()
    const settings = { name: 'x', redirectUris: [REDIRECT_URI], clientMetadata: { requireSignedRequestObject: true } }
    const answer = await tenant.api('POST', '/applications', settings)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('clientMetadata.requireSignedRequestObject')
  })
})

test('keys at a jwks_uri are fetched, and those of a client that changed them as well', async () => {
  const rotated = await clientKey()
  let served = jwks
  const fetched: string[] = []
  const own = await oidcWorld()
  Object.assign(own.platform, {
    fetch: async (url: string) => {
      fetched.push(url)
      return Response.json(served)
    },
  })
  const remote = await register(own, { name: 'remote', clientMetadata: { jwksUri: 'https://app.example/jwks' } })
  const ask = async (by: ClientKey | undefined, kid: string) => {
    const request = await objectOf({ aud: own.issuer }, { kid }, remote, by)
    return browserClient(own).get(authorizePath(own, { client_id: remote.clientId, request }))
  }
  expect((await ask(keys.ES256, 'ES256')).path).toMatch(/^\/login\?/)
  served = { keys: [{ ...rotated.jwk, alg: 'ES256', kid: 'new' }] }
  own.advance(11_000)
  expect((await ask(rotated, 'new')).path).toMatch(/^\/login\?/)
  expect(fetched).toEqual(['https://app.example/jwks', 'https://app.example/jwks'])
})
