/** Two secrets of a client at a time, and client_secret_jwt (OpenID Connect Core section 9). */
import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { getApplication } from '../../src/applications/queries.ts'
import { basicHeader } from '../support/app.ts'
import { type Client, type OidcWorld, oidcWorld, postToken, register } from './world.ts'

const DAY_MS = 86_400_000
let world: OidcWorld
beforeAll(async () => {
  world = await oidcWorld()
  world.hold(true)
})

let clients = 0
function machine(settings: Record<string, unknown> = {}): Promise<Client> {
  const template = 'machine-to-machine-application'
  return register(world, { name: `machine ${++clients}`, template, redirectUris: [], ...settings })
}

type Rotated = { readonly clientSecret: string; readonly formerSecretExpiresAt?: string }
async function rotate({ id }: Client, body?: object): Promise<Rotated> {
  const answer = await (await world.tenant()).api('POST', `/applications/${id}/client-secret`, body)
  expect(answer.status).toBe(201)
  return (await answer.json()) as Rotated
}

async function isLetIn({ clientId }: Client, secret: string): Promise<boolean> {
  const answer = await postToken(world, { grant_type: 'client_credentials' }, basicHeader(clientId, secret))
  return answer.status === 200
}

describe('a new secret', () => {
  test('leaves the former one good for a day, which the application says, and not a moment longer', async () => {
    const client = await machine()
    const { clientSecret, formerSecretExpiresAt } = await rotate(client)
    expect(formerSecretExpiresAt).toBe(new Date(world.platform.now().getTime() + DAY_MS).toISOString())
    const read = async () => (await (await world.tenant()).api('GET', `/applications/${client.id}`)).json()
    expect(await read()).toMatchObject({ formerSecretExpiresAt })
    expect([await isLetIn(client, clientSecret), await isLetIn(client, client.clientSecret)]).toEqual([true, true])
    world.advance(DAY_MS - 1)
    expect(await isLetIn(client, client.clientSecret)).toBe(true)
    world.advance(1)
    expect([await isLetIn(client, clientSecret), await isLetIn(client, client.clientSecret)]).toEqual([true, false])
    expect(await read()).not.toHaveProperty('formerSecretExpiresAt')
  })

  test.each([
    ['as long as somebody says', { formerSecretSeconds: 60 }, true],
    ['not at all', { formerSecretSeconds: 0 }, false],
  ])('leaves it %s', async (_what, body, isGood) => {
    const client = await machine()
    const { formerSecretExpiresAt } = await rotate(client, body)
    expect(formerSecretExpiresAt !== undefined).toBe(isGood)
    expect(await isLetIn(client, client.clientSecret)).toBe(isGood)
    world.advance(60_000)
    expect(await isLetIn(client, client.clientSecret)).toBe(false)
  })

  test('ends the one before the former: there are never three', async () => {
    const client = await machine()
    const [second, third] = [await rotate(client), await rotate(client)]
    const secrets = [client.clientSecret, second.clientSecret, third.clientSecret]
    expect(await Promise.all(secrets.map((secret) => isLetIn(client, secret)))).toEqual([false, true, true])
  })

  test('of two that are made at once leaves those two', async () => {
    const client = await machine()
    const both = await Promise.all([rotate(client), rotate(client)])
    const good = await Promise.all(both.map(({ clientSecret }) => isLetIn(client, clientSecret)))
    expect([...good, await isLetIn(client, client.clientSecret)]).toEqual([true, true, false])
  })

  test('can have its former ended before its time', async () => {
    const client = await machine()
    const { clientSecret } = await rotate(client)
    const tenant = await world.tenant()
    expect((await tenant.api('DELETE', `/applications/${client.id}/former-client-secret`)).status).toBe(204)
    expect([await isLetIn(client, clientSecret), await isLetIn(client, client.clientSecret)]).toEqual([true, false])
  })

  test.each([
    ['a time that is past', { formerSecretSeconds: -1 }],
    ['a year', { formerSecretSeconds: 366 * 86_400 }],
    ['what nobody knows', { keep: true }],
    ['no JSON', '{'],
  ])('with %s is refused, and the present one stays', async (_what, body) => {
    const client = await machine()
    const answer = await (await world.tenant()).api('POST', `/applications/${client.id}/client-secret`, body)
    expect(answer.status).toBe(400)
    expect(await isLetIn(client, client.clientSecret)).toBe(true)
  })

  test('is made, and ended, by nobody without a credential, of another tenant, or who may only read', async () => {
    const client = await machine()
    const [tenant, other] = [await world.tenant(), await world.tenant('elsewhere')]
    const dev = { userName: 'reader', password: 'MyPa33w@rd' }
    const { id } = (await (await tenant.scim('POST', '/Users', dev)).json()) as { id: string }
    const role = { displayName: 'Readers', permissions: [{ value: 'applications:read' }], users: [{ value: id }] }
    await tenant.scim('POST', '/Roles', role)
    for (const [method, path] of [
      ['POST', 'client-secret'],
      ['DELETE', 'former-client-secret'],
    ] as const) {
      const address = `/api/v1/applications/${client.id}/${path}`
      const reader = { Authorization: basicHeader(dev.userName, dev.password) }
      expect((await tenant.fetch(address, { method })).status).toBe(401)
      expect((await tenant.fetch(address, { method, headers: reader })).status).toBe(403)
      expect((await other.api(method, `/applications/${client.id}/${path}`)).status).toBe(404)
    }
    expect(await isLetIn(client, client.clientSecret)).toBe(true)
  })
})

describe('client_secret_jwt', () => {
  const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
  const METHOD = { tokenEndpointAuthMethod: 'client_secret_jwt' }
  const seconds = () => Math.floor(world.platform.now().getTime() / 1000)

  function assertion({ clientId }: Client, secret: string, claims: object = {}, alg = 'HS256'): Promise<string> {
    const own = { iss: clientId, sub: clientId, aud: world.issuer, jti: crypto.randomUUID(), iat: seconds() }
    return new SignJWT({ ...own, exp: seconds() + 60, ...claims })
      .setProtectedHeader({ alg })
      .sign(new TextEncoder().encode(secret))
  }

  async function statusOf(jwt: string): Promise<number> {
    const form = { grant_type: 'client_credentials', client_assertion_type: TYPE, client_assertion: jwt }
    return (await postToken(world, form, null)).status
  }

  test('takes what is signed with the secret, once, and the secret itself nowhere', async () => {
    const client = await machine(METHOD)
    const jwt = await assertion(client, client.clientSecret)
    const twice = await Promise.all([statusOf(jwt), statusOf(jwt)])
    expect(twice.toSorted()).toEqual([200, 401])
    expect(await isLetIn(client, client.clientSecret)).toBe(false)
    const row = await getApplication(await world.scope(), client.id)
    expect(JSON.stringify(row)).not.toContain(client.clientSecret)
    expect(row.clientSecretSealed).toMatch(/^v1\./)
  })

  test.each<[string, object, string?]>([
    ['another secret', {}, 'x'.repeat(43)],
    ['another audience', { aud: 'https://elsewhere.example' }],
    ['an end that is past', { exp: 1 }],
    ['another subject', { sub: 'somebody' }],
  ])('refuses one with %s', async (_what, claims, secret) => {
    const client = await machine(METHOD)
    expect(await statusOf(await assertion(client, secret ?? client.clientSecret, claims))).toBe(401)
  })

  test('refuses other algorithms, and the methods are not taken for one another', async () => {
    const [client, plain] = [await machine(METHOD), await machine()]
    expect(await statusOf(await assertion(client, client.clientSecret, {}, 'HS512'))).toBe(401)
    expect(await statusOf(await assertion(plain, plain.clientSecret))).toBe(401)
  })

  test('takes both secrets while there are two', async () => {
    const client = await machine(METHOD)
    const { clientSecret } = await rotate(client, { formerSecretSeconds: 60 })
    const status = async (secret: string) => statusOf(await assertion(client, secret))
    expect([await status(clientSecret), await status(client.clientSecret)]).toEqual([200, 200])
    world.advance(60_000)
    expect([await status(clientSecret), await status(client.clientSecret)]).toEqual([200, 401])
  })

  test('begins with a new secret, for of others there is a hash alone, and ends with what was sealed', async () => {
    const client = await machine()
    const tenant = await world.tenant()
    const patch = (method: string) =>
      tenant.api('PATCH', `/applications/${client.id}`, { tokenEndpointAuthMethod: method })
    expect((await patch('client_secret_jwt')).status).toBe(400)
    const { clientSecret } = await rotate(client, METHOD)
    expect(await statusOf(await assertion(client, clientSecret))).toBe(200)
    expect(await statusOf(await assertion(client, client.clientSecret))).toBe(401)
    expect((await patch('client_secret_basic')).status).toBe(200)
    expect(await isLetIn(client, clientSecret)).toBe(true)
    expect((await getApplication(await world.scope(), client.id)).clientSecretSealed).toBeNull()
  })

  test('is offered in discovery', async () => {
    const answer = await world.app.request(`${world.issuer}/.well-known/openid-configuration`)
    expect(await answer.json()).toMatchObject({
      token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_jwt']),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(['HS256']),
    })
  })
})
