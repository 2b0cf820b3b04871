/** How we prove who we are to a provider, and requests that are pushed to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JSONWebKeySet } from 'jose'
import { getConnection } from '../../../src/connections/queries.ts'
import { CLIENT, type FakeIdp, fakeIdp } from '../../support/fake-idp.ts'
import { expectNobody, expectRefused, expectSignedIn } from '../conformance/refusal.ts'
import { browserOf, connect, federationWorld, KIM, type World } from '../world.ts'

let idp: FakeIdp
let world: World
beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  Object.assign(idp, { misbehaviour: {}, person: { ...KIM }, metadata: {}, calls: [], asked: [] })
  idp.client = { method: 'client_secret_basic', ...CLIENT }
  world = await federationWorld()
})
const { clientId } = CLIENT
const askedAt = (path: string) => idp.asked.filter((one) => one.path === path)

async function connectByKey(settings: Record<string, unknown> = {}): Promise<string> {
  const authenticator = { clientId, issuer: idp.origin, clientAuthentication: 'private_key_jwt' as const, ...settings }
  const id = await connect(world, idp, { authenticator })
  const keys = (await (
    await world.app.request(`https://localhost:9443/login/connections/${id}/jwks`)
  ).json()) as JSONWebKeySet
  idp.client = { method: 'private_key_jwt', ...CLIENT, keys }
  return id
}

describe('the client is known', () => {
  test('by its secret in the body, where the provider takes no other', async () => {
    idp.client = { method: 'client_secret_post', ...CLIENT }
    idp.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    await expectSignedIn(world, await connect(world, idp, { authenticator: { ...CLIENT, issuer: idp.origin } }))
  })

  test.each(['client_secret_post', 'client_secret_basic'] as const)(
    'by its secret as the connection says: %s',
    async (method) => {
      idp.client = { method, ...CLIENT }
      idp.metadata = { token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'] }
      const authenticator = { ...CLIENT, issuer: idp.origin, clientAuthentication: method }
      await expectSignedIn(world, await connect(world, idp, { authenticator }))
    },
  )

  test.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'by a key of our own, %s, which the provider reads here (RFC 7523 section 2.2)',
    async (keyAlgorithm) => {
      await expectSignedIn(world, await connectByKey({ keyAlgorithm }))
      const form = askedAt('/token')[0]?.form
      expect(form?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      expect(form?.has('client_secret')).toBe(false)
      expect(askedAt('/token')[0]?.authorization).toBeUndefined()
    },
  )

  test.each(['okta', 'entra'] as const)('by an assertion for its token endpoint, as %s wants it', async (preset) => {
    const id = await connectByKey({ preset })
    idp.client.audience = `${idp.origin}/token`
    await expectSignedIn(world, id)
  })

  test('by an assertion that is another each time, and is soon over', async () => {
    const id = await connectByKey()
    for (let n = 0; n < 2; n++) await expectSignedIn(world, id)
    const claims = askedAt('/token').map(({ form }) => {
      const [, payload = ''] = form.get('client_assertion')?.split('.') ?? []
      return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, number>
    })
    expect(claims[0]?.jti).not.toBe(claims[1]?.jti)
    expect(claims.map(({ exp = 0, iat = 0 }) => exp - iat)).toEqual([120, 120])
  })

  test('or is refused: by a key that is not ours', async () => {
    const id = await connectByKey()
    await connectOther()
    await expectRefused(world, idp, id, { failure: 'code-refused', reason: /invalid_client/ })
  })
})

/** The provider knows another key from now on. */
async function connectOther(): Promise<void> {
  const authenticator = { clientId, issuer: idp.origin, clientAuthentication: 'private_key_jwt' as const }
  const id = await connect(world, idp, { name: 'other', authenticator })
  const { publicKey } = await getConnection(world.scope(), id)
  idp.client = { method: 'private_key_jwt', ...CLIENT, keys: { keys: [publicKey ?? {}] } as JSONWebKeySet }
}

describe('a request is pushed (RFC 9126)', () => {
  const PAR = () => ({ pushed_authorization_request_endpoint: `${idp.origin}/par` })

  test('where the provider has an endpoint for that, and nothing of it stands in the address', async () => {
    idp.metadata = { ...PAR(), require_pushed_authorization_requests: true }
    const id = await connect(world, idp, { authenticator: { ...CLIENT, issuer: idp.origin } })
    await expectSignedIn(world, id)
    const [pushed] = askedAt('/par')
    expect(Object.fromEntries(pushed?.form ?? [])).toMatchObject({
      response_type: 'code',
      redirect_uri: 'https://localhost:9443/commonauth',
      code_challenge_method: 'S256',
    })
    expect(pushed?.authorization).toMatch(/^Basic /)
    const sent = Object.keys(Object.fromEntries(askedAt('/authorize')[0]?.query ?? []))
    expect(sent.toSorted()).toEqual(['client_id', 'request_uri'])
  })

  test('where the connection says so, by a key of ours as well', async () => {
    const id = await connectByKey({
      ...{ authorizationEndpoint: `${idp.origin}/authorize`, tokenEndpoint: `${idp.origin}/token` },
      jwksUri: `${idp.origin}/jwks`,
      pushedAuthorizationRequestEndpoint: `${idp.origin}/par`,
    })
    await expectSignedIn(world, id)
    expect(idp.calls).toEqual(['/par', '/authorize', '/token', '/jwks'])
  })

  test('and refused: nobody is sent away, no state is left, and the log says what the provider said', async () => {
    idp.metadata = PAR()
    const id = await connect(world, idp, { authenticator: { ...CLIENT, issuer: idp.origin } })
    idp.misbehaviour = { pushError: 'invalid_scope' }
    await expectNoWay(id, 'provider-error', /invalid_scope/)
  })

  test('or not at all: then a provider that wants nothing else is not asked', async () => {
    const elsewhere = { pushed_authorization_request_endpoint: 'https://evil.example/par' }
    idp.metadata = { ...elsewhere, require_pushed_authorization_requests: true }
    const id = await connect(world, idp, { authenticator: { ...CLIENT, issuer: idp.origin } })
    await expectNoWay(id, 'misconfigured', /pushed/)
  })
})

async function expectNoWay(id: string, failure: string, reason: RegExp) {
  const response = await browserOf(world).get(`/login/connections/${id}`)
  expect(response.status).toBe(502)
  expect(world.logs.at(-1)).toMatchObject({ failure, reason: expect.stringMatching(reason) as string })
  await expectNobody(world)
}
