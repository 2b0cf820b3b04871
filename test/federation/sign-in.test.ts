import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { removeConnection, updateConnection } from '../../src/connections/commands.ts'
import { deliveries, provisioners } from '../../src/db/schema.ts'
import { listConnectors } from '../../src/connections/queries.ts'
import { createUser, removeUser, updateUser } from '../../src/directory/users/commands.ts'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { browserOf, connect, federationWorld, type World } from './world.ts'

let idp: FakeIdp
let world: World
const scim = { source: 'scim' } as const

beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  idp.misbehaviour = {}
  idp.person = {
    sub: '5f0c1b9e-4f6e',
    preferred_username: 'kim',
    name: 'Kim Berry',
    given_name: 'Kim',
    email: 'kim@example.com',
  }
  world = await federationWorld()
})

describe('a first sign-in', () => {
  test('makes a user under a readable name, signs her in and goes on where it began', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const response = await browser.signIn(id, '?request=abc')
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/oauth2/authorize?resume=abc')
    const [user] = await world.people()
    expect(user).toMatchObject({
      userName: 'kim',
      displayName: 'Kim Berry',
      source: 'jit',
      sourceConnectionId: id,
      passwordHash: null,
    })
    expect(user?.document.emails).toEqual([{ value: 'kim@example.com', primary: true }])
    expect(await world.identities()).toMatchObject([{ issuer: idp.origin, subject: '5f0c1b9e-4f6e', userId: user?.id }])
    expect(await world.sessions()).toMatchObject([{ userId: user?.id, method: id }])
    expect(browser.hasSession()).toBe(true)
  })

  test('asks the provider with PKCE S256, a nonce, and the one callback of the tenant (RFC 9700 section 2.1.1)', async () => {
    const id = await connect(world, idp, {}, 'acme')
    const start = await browserOf(world).get(`/t/acme/login/connections/${id}`)
    const query = new URL(start.headers.get('Location') ?? '').searchParams
    expect(query.get('redirect_uri')).toBe('https://localhost:9443/t/acme/commonauth')
    expect(query.get('code_challenge_method')).toBe('S256')
    expect(query.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(query.get('nonce')).toMatch(/^[\w-]{43}$/)
    expect(query.get('state')).toMatch(/^[\w-]{43}$/)
    expect(query.get('scope')).toBe('openid profile email')
    expect(query.get('response_mode')).toBeNull()
  })

  test('never gives the account of somebody with that user name and e-mail address, whatever the provider says', async () => {
    const id = await connect(world, idp)
    const emails = [{ value: 'kim@example.com', primary: true }]
    const local = await createUser(world.scope(), { schemas: [], userName: 'Kim', emails }, scim)
    idp.person = { ...idp.person, email_verified: true }
    await browserOf(world).signIn(id)
    expect((await world.people()).map((user) => user.userName)).toEqual(['Kim', 'kim.idp-is2'])
    expect((await world.sessions()).map((session) => session.userId)).not.toContain(local.id)
  })

  test('made by one person in two browsers at once makes one user', async () => {
    const id = await connect(world, idp)
    const browsers = [browserOf(world), browserOf(world), browserOf(world)]
    const callbacks = await Promise.all(browsers.map((browser) => browser.visitProvider(id)))
    const responses = await Promise.all(browsers.map((browser, i) => browser.get(callbacks[i] ?? '')))
    expect(responses.map((response) => response.status)).toEqual([303, 303, 303])
    expect(await world.people()).toHaveLength(1)
    expect(await world.sessions()).toHaveLength(3)
  })

  test('made by two people of one name at once makes two users', async () => {
    const id = await connect(world, idp)
    const [one, other] = [browserOf(world), browserOf(world)]
    const first = await one.visitProvider(id)
    idp.person = { ...idp.person, sub: 'another' }
    const second = await other.visitProvider(id)
    await Promise.all([one.get(first), other.get(second)])
    expect((await world.people()).map((user) => user.userName).toSorted()).toEqual(['kim', 'kim.idp-is2'])
  })

  test('tells the connectors that hear of people who arrive just in time, and no others', async () => {
    const id = await connect(world, idp)
    const connector = (name: string) => ({
      type: 'scim2' as const,
      name,
      enabled: true,
      authentication: { mode: 'none' as const },
      userEndpoint: 'https://target.example/scim2/Users',
      passwordProvisioning: false,
    })
    const outbound = { connectors: [connector('hears'), connector('deaf')] }
    const target = await connect(world, idp, { name: 'target', authenticator: undefined, outbound })
    const scope = world.scope()
    const made = await listConnectors(scope, target)
    for (const { id: connectorId, name } of made) {
      const row = { tenantId: scope.tenantId, applicationId: '', connectorId, blocking: false, jit: name === 'hears' }
      await scope.db.insert(provisioners).values(row)
    }
    await browserOf(world).signIn(id)
    const hears = made.find(({ name }) => name === 'hears')
    expect(await scope.db.select().from(deliveries)).toMatchObject([
      { connectorId: hears?.id, operation: 'create', resourceName: 'kim' },
    ])
  })

  test('goes nowhere else but to a page of the tenant (RFC 9700 section 4.11)', async () => {
    const id = await connect(world, idp)
    for (const evil of ['https://evil.example/', '//evil.example', '/\\evil.example', '/console/../../evil']) {
      const response = await browserOf(world).signIn(id, `?return_to=${encodeURIComponent(evil)}`)
      expect(new URL(response.headers.get('Location') ?? '', 'https://localhost:9443').origin).toBe(
        'https://localhost:9443',
      )
    }
  })

  test('is refused where just-in-time provisioning is off: a page, no session, no user', async () => {
    const jit = { enabled: false, scheme: 'silent', userStore: 'PRIMARY', attributeSync: 'override' } as const
    await expectRefusal(await connect(world, idp, { jit }), 403, 'refused')
  })
})

describe('a second sign-in', () => {
  test('makes no second user and, if the provider says nothing new, changes nothing of her', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const before = await world.people()
    const [link] = await world.identities()
    world.advance(60_000)
    expect((await browserOf(world).signIn(id)).status).toBe(303)
    expect(await world.people()).toEqual(before)
    const [later] = await world.identities()
    expect(later?.lastSignIn.getTime()).toBeGreaterThan(link?.lastSignIn.getTime() ?? Infinity)
  })

  test('takes over what the provider says now, and keeps what was edited here and is not its matter', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const [user] = await world.people()
    const rename = { userName: 'kim.b', title: 'CTO' }
    await updateUser(world.scope(), user?.id ?? '', (current) => ({ ...current, ...rename }), scim)
    idp.person = { ...idp.person, name: 'Kim Moss' }
    await browserOf(world).signIn(id)
    const people = await world.people()
    expect(people).toHaveLength(1)
    expect(people[0]).toMatchObject({ userName: 'kim.b', displayName: 'Kim Moss', document: { title: 'CTO' } })
  })

  test('of somebody who was deactivated is refused, and she stays deactivated', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const [user] = await world.people()
    await updateUser(world.scope(), user?.id ?? '', (current) => ({ ...current, active: false }), scim)
    const browser = browserOf(world)
    const response = await browser.signIn(id)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Your account is deactivated.')
    expect(browser.hasSession()).toBe(false)
    expect(await world.sessions()).toEqual([])
    expect(await world.people()).toMatchObject([{ active: false }])
  })

  test('of somebody who was removed is a first one: her old link went with her', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const [user] = await world.people()
    await removeUser(world.scope(), user?.id ?? '', scim)
    expect(await world.identities()).toEqual([])
    await browserOf(world).signIn(id)
    const people = await world.people()
    expect(people).toHaveLength(1)
    expect(people[0]?.id).not.toBe(user?.id)
  })

  test('with the same sub at another provider is not the same person, though the connection is the same', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const other = await fakeIdp()
    other.person = idp.person
    await updateConnection(world.scope(), id, { authenticator: other.authenticator })
    await browserOf(world).signIn(id)
    await other.close()
    expect((await world.people()).map((user) => user.userName)).toEqual(['kim', 'kim.idp-is2'])
  })
})

describe('the state', () => {
  test('that is brought twice at once gives one session (RFC 9700 section 4.7)', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    const responses = await Promise.all([browser.get(callback), browser.get(callback)])
    expect(responses.map((response) => response.status).toSorted()).toEqual([303, 400])
    expect(await world.sessions()).toHaveLength(1)
  })

  test('from another browser is refused, and stays good in its own', async () => {
    const id = await connect(world, idp)
    const [own, thief, stranger] = [browserOf(world), browserOf(world), browserOf(world)]
    const callback = await own.visitProvider(id)
    await thief.visitProvider(id)
    for (const other of [thief, stranger]) {
      expect((await other.get(callback)).status).toBe(400)
      expect(other.hasSession()).toBe(false)
    }
    expect((await own.get(callback)).status).toBe(303)
  })

  test('of one tenant is unknown in another', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    const elsewhere = await browser.get(callback.replace('/commonauth', '/t/acme/commonauth'))
    expect(elsewhere.status).toBe(400)
    expect(await world.sessions()).toEqual([])
    expect(await world.people()).toEqual([])
  })

  test('is good for ten minutes, and goes when the next sign-in begins', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    world.advance(10 * 60_000)
    expect((await browser.get(callback)).status).toBe(400)
    await browser.visitProvider(id)
    expect(await world.states()).toHaveLength(1)
  })

  test('is kept as a hash, with nonce and verifier sealed', async () => {
    const id = await connect(world, idp)
    const start = await browserOf(world).get(`/login/connections/${id}`)
    const query = new URL(start.headers.get('Location') ?? '').searchParams
    const stored = JSON.stringify(await world.states())
    expect(stored).not.toContain(query.get('state'))
    expect(stored).not.toContain(query.get('nonce'))
  })

  test('of a connection that was removed meanwhile leads to a page', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    await removeConnection(world.scope(), id)
    expect((await browser.get(callback)).status).toBe(404)
    expect(browser.hasSession()).toBe(false)
  })

  test('of a sign-in whose provider became another one meanwhile is refused (RFC 9700 section 4.4)', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    const other = await fakeIdp()
    await updateConnection(world.scope(), id, { authenticator: other.authenticator })
    expect((await browser.get(callback)).status).toBe(502)
    expect(other.calls).not.toContain('/token')
    await other.close()
  })
})

describe('a connection', () => {
  test('of another tenant is no way to sign in', async () => {
    const id = await connect(world, idp, {}, 'acme')
    const response = await browserOf(world).get(`/login/connections/${id}`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('There is no such way to sign in.')
  })

  test('without an authenticator is no way to sign in', async () => {
    const id = await connect(world, idp, { authenticator: undefined })
    expect((await browserOf(world).get(`/login/connections/${id}`)).status).toBe(404)
  })
})

describe('a provider that misbehaves gets nobody in: a page, no session, no user, and the reason in the log alone', () => {
  const past = Math.floor(Date.now() / 1000) - 3600
  test.each([
    ['an id_token of another issuer', { idToken: { iss: 'https://other.example' } }, 'unverified'],
    ['an id_token for another client', { idToken: { aud: 'other' } }, 'unverified'],
    [
      'an id_token for several clients, the other in azp',
      { idToken: { aud: ['postern-client', 'other'], azp: 'other' } },
      'unverified',
    ],
    ['an id_token with another nonce', { idToken: { nonce: 'other' } }, 'unverified'],
    ['an id_token without a nonce', { idToken: { nonce: undefined } }, 'unverified'],
    ['an id_token that is over', { idToken: { iat: past, exp: past + 300 } }, 'unverified'],
    ['an id_token that never ends', { idToken: { exp: undefined } }, 'unverified'],
    ['an id_token without iat', { idToken: { iat: undefined } }, 'unverified'],
    ['an id_token without a sub', { idToken: { sub: undefined } }, 'unverified'],
    ['an id_token whose sub is no text', { idToken: { sub: 7 } }, 'unverified'],
    ['an unsigned id_token', { signature: 'none' }, 'unverified'],
    ['an id_token signed with another key', { signature: 'foreign-key' }, 'unverified'],
    ['an id_token signed with the client secret', { signature: 'hs256-with-client-secret' }, 'unverified'],
    ['the userinfo of somebody else (OIDC Core section 5.3.2)', { userinfoSub: 'somebody-else' }, 'unverified'],
    ['the answer of another issuer (RFC 9207)', { iss: 'https://other.example' }, 'unverified'],
    ['an error instead of a code', { error: 'server_error' }, 'provider-error'],
    ['an answer that is no JSON', { broken: ['/jwks'] }, 'unverified'],
    ['a token endpoint that fails', { broken: ['/token'] }, 'unverified'],
    ['a userinfo endpoint that fails', { broken: ['/userinfo'] }, 'unverified'],
    ['a token endpoint that never answers', { hangs: ['/token'] }, 'unreachable'],
    ['keys that never come', { hangs: ['/jwks'] }, 'unreachable'],
  ] as const)('%s', async (_fact, misbehaviour, kind) => {
    const id = await connect(world, idp)
    idp.misbehaviour = structuredClone(misbehaviour) as FakeIdp['misbehaviour']
    await expectRefusal(id, 502, kind)
  })

  test('a token endpoint that answers with something that is no JSON', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const callback = await browser.visitProvider(id)
    idp.misbehaviour = { notJson: true }
    expect((await browser.get(callback)).status).toBe(502)
    await expectNobody()
  })

  test('a person who says no at the provider is told so', async () => {
    idp.misbehaviour = { error: 'access_denied' }
    const text = await expectRefusal(await connect(world, idp), 403, 'provider-error')
    expect(text).toContain('The sign-in at IDP-IS2 was cancelled.')
  })

  test.each([
    ['without a configuration', { broken: ['/.well-known/openid-configuration'] }, 'misconfigured'],
    ['whose configuration never comes', { hangs: ['/token/.well-known/openid-configuration'] }, 'unreachable'],
    ['whose configuration is no JSON', { notJson: true }, 'misconfigured'],
  ])('nobody is sent to a provider %s', async (_fact, misbehaviour, failure) => {
    const id = await connect(world, idp)
    idp.misbehaviour = misbehaviour
    const response = await browserOf(world).get(`/login/connections/${id}?request=abc`)
    expect(response.status).toBe(502)
    expect(await response.text()).toContain('href="/oauth2/authorize?resume=abc"')
    expect(await world.states()).toEqual([])
    expect(warnings()).toMatchObject([{ failure, connection: id }])
  })

  test('an address that the guard does not let through is not called', async () => {
    class BlockedRequest extends Error {
      override readonly name = 'BlockedRequest'
    }
    world = await federationWorld({ fetch: () => Promise.reject(new BlockedRequest('127.0.0.1 is not public')) })
    const response = await browserOf(world).get(`/login/connections/${await connect(world, idp)}`)
    expect(response.status).toBe(502)
    expect(warnings()).toMatchObject([{ failure: 'blocked' }])
  })
})

/** Signs in, and expects a page of refusal that leads back, and that nothing was made and nothing secret was told. */
async function expectRefusal(connectionId: string, status: number, failure: string): Promise<string> {
  const browser = browserOf(world)
  const response = await browser.signIn(connectionId, '?request=abc')
  expect(response.status).toBe(status)
  expect(response.headers.get('Content-Type')).toMatch(/^text\/html/)
  const text = await response.text()
  expect(text).toContain('href="/oauth2/authorize?resume=abc"')
  expect(browser.hasSession()).toBe(false)
  await expectNobody()
  expect(warnings()).toMatchObject([{ failure, connection: connectionId }])
  for (const secret of idp.secrets) expect(JSON.stringify(world.logs) + text).not.toContain(secret)
  return text
}

async function expectNobody(): Promise<void> {
  expect(await world.sessions()).toEqual([])
  expect(await world.people()).toEqual([])
  expect(await world.identities()).toEqual([])
}

function warnings() {
  return world.logs.filter(({ level }) => level === 'warn')
}
