/** Another postern tenant becomes a provider in one step: it registers this one as its client (RFC 7591). */
import { beforeAll, describe, expect, test } from 'vitest'
import { getConnection, openPrivateKey } from '../../src/connections/queries.ts'
import { browserClient } from '../support/browser-client.ts'
import { testWorld, type TestTenant, type TestWorld } from '../support/app.ts'

let world: TestWorld
let here: TestTenant
let there: TestTenant
/** The other tenant is reached as any provider is: over HTTP, though it is the same app. */
let called: string[] = []

beforeAll(async () => {
  world = await testWorld({
    fetch: async (url, init) => {
      called.push(new URL(url).pathname)
      return world.app.request(url, init)
    },
  })
  here = await world.tenant()
  there = await world.tenant('acme')
})

const issuer = 'https://localhost:9443/t/acme'
const policy = (value: string) => there.api('PUT', '/client-registration', { policy: value })
const connect = (body: Record<string, unknown> = {}) =>
  here.api('POST', '/connections/from-postern', { issuer, ...body })
const clientsThere = async () => {
  const answer = (await (await there.api('GET', '/applications')).json()) as { items: { name: string }[] }
  return answer.items.filter(({ name }) => name.includes('localhost')).length
}

/** What a form carries along, beside its token. */
function hiddenOf(text: string): Record<string, string> {
  const fields = text.matchAll(/<input type="hidden" name="([^"_]+)" value="([^"]*)"/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]))
}

describe('another postern tenant', () => {
  test('that registers nobody is no provider, and says so beside the token that would be needed', async () => {
    await policy('off')
    const refused = await connect()
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      errors: [{ field: 'initialAccessToken', message: 'Clients do not register themselves here.' }],
    })
  })

  test('that wants an initial access token registers whoever has one, by a key of our own', async () => {
    await policy('token')
    expect((await connect()).status).toBe(400)
    expect((await connect({ initialAccessToken: 'wrong' })).status).toBe(400)
    // What no header can carry never leaves, and is not taken for a provider that is away.
    const unsendable = await connect({ initialAccessToken: 'to\u2026ken' })
    expect(unsendable.status).toBe(400)
    expect(await unsendable.json()).toMatchObject({ errors: [{ field: 'initialAccessToken' }] })
    const made = await there.api('POST', '/client-registration/tokens', { description: 'for the other tenant' })
    const { token } = (await made.json()) as { token: string }
    const answer = await connect({ initialAccessToken: token, name: 'Acme' })
    expect(answer.status).toBe(201)
    const { id } = (await answer.json()) as { id: string }
    const scope = await world.scope()
    const row = await getConnection(scope, id)
    expect(row.authenticator).toMatchObject({
      preset: 'postern',
      type: 'oidc',
      issuer,
      clientAuthentication: 'private_key_jwt',
    })
    expect(await openPrivateKey(scope, row)).toContain('BEGIN PRIVATE KEY')
    expect(JSON.stringify(row)).not.toContain('BEGIN PRIVATE KEY')
    const keys = (await (await here.fetch(`/login/connections/${id}/jwks`)).json()) as { keys: unknown[] }
    expect(keys.keys).toEqual([row.publicKey])
    expect(JSON.stringify(keys)).not.toContain('"d"')
    const [client] = (
      (await (await there.api('GET', '/applications')).json()) as {
        items: { name: string; redirectUris: string[]; clientMetadata: Record<string, unknown> }[]
      }
    ).items.filter(({ name }) => name.includes('localhost'))
    expect(client).toMatchObject({
      redirectUris: ['https://localhost:9443/commonauth'],
      clientMetadata: {
        backchannelLogoutUri: `https://localhost:9443/login/connections/${id}/backchannel-logout`,
        backchannelLogoutSessionRequired: true,
        postLogoutRedirectUris: ['https://localhost:9443/commonauth/logout'],
      },
    })
  })

  test('signs people in from then on: the browser goes there and comes back', async () => {
    await policy('open')
    const { id } = (await (await connect({ name: 'Signs in' })).json()) as { id: string }
    await here.api('PATCH', `/connections/${id}`, { jit: { enabled: true } })
    await there.scim('POST', '/Users', { userName: 'kim', password: 'MyPa33w@rd', displayName: 'Kim Berry' })
    const browser = browserClient(world)
    called = []
    const login = await browser.get(`/login/connections/${id}`)
    expect(login.path).toMatch(/^\/t\/acme\/login\?/)
    const consent = await browser.post('/t/acme/login', {
      ...hiddenOf(login.text),
      username: 'kim',
      password: 'MyPa33w@rd',
    })
    expect(consent.path).toMatch(/^\/t\/acme\/consent/)
    const end = await browser.post('/t/acme/consent', { ...hiddenOf(consent.text), decision: 'allow' })
    expect(end.path).toBe('/account')
    const users = (await (await here.scim('GET', '/Users?filter=userName%20eq%20%22kim%22')).json()) as {
      totalResults: number
    }
    expect(users.totalResults).toBe(1)
    // Pushed, exchanged, and asked who it is; the keys and the metadata are read once.
    expect(called.filter((path) => /\/(?:par|token|userinfo)$/.test(path))).toHaveLength(3)
  })

  test('of which the connection cannot be stored keeps no client of ours either', async () => {
    await policy('open')
    const before = await clientsThere()
    const taken = await connect({ name: 'Acme' })
    expect(taken.status).toBe(409)
    expect(await clientsThere()).toBe(before)
  })

  test('is not this tenant itself, nor what is no provider', async () => {
    expect((await connect({ issuer: 'https://localhost:9443/' })).status).toBe(400)
    const nowhere = await connect({ issuer: 'https://localhost:9443/t/nobody' })
    expect(nowhere.status).toBe(400)
    expect(await nowhere.json()).toMatchObject({ errors: [{ field: 'issuer' }] })
  })

  test('is connected by whoever may make connections, and by nobody else', async () => {
    const anybody = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ issuer }),
    }
    expect((await here.fetch('/api/v1/connections/from-postern', anybody)).status).toBe(401)
    await here.scim('POST', '/Users', { userName: 'nobody', password: 'MyPa33w@rd' })
    const nobody = `Basic ${Buffer.from('nobody:MyPa33w@rd').toString('base64')}`
    const weak = { ...anybody, headers: { ...anybody.headers, Authorization: nobody } }
    expect((await here.fetch('/api/v1/connections/from-postern', weak)).status).toBe(403)
    expect((await there.fetch('/api/v1/connections/from-postern', weak)).status).toBe(401)
  })
})
