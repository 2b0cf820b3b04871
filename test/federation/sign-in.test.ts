import { createApplication } from '../../src/applications/commands.ts'
import { applicationInput } from '../../src/applications/settings.ts'
import { connectorInput } from '../../src/connections/connectors/settings.ts'
import { storeRequest } from '../../src/oidc/commands.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { updateConnection } from '../../src/connections/commands.ts'
import { listConnectors } from '../../src/connections/queries.ts'
import { deliveries, provisioners } from '../../src/db/schema.ts'
import { removeUser, updateUser } from '../../src/directory/users/commands.ts'
import { createUser } from '../../src/directory/users/creation/commands.ts'
import { type FakeIdp, fakeIdp } from '../support/fake-idp.ts'
import { browserOf, connect, federationWorld, KIM, type World } from './world.ts'

let idp: FakeIdp
let world: World
const scim = { source: 'scim' } as const
const APPLICATION = { name: 'playground2', redirectUris: ['http://localhost:8080/'] }
const CONNECTOR = { enabled: true, authentication: { mode: 'none' }, userEndpoint: 'https://target.example/Users' }

beforeAll(async () => {
  idp = await fakeIdp()
})
afterAll(() => idp.close())
beforeEach(async () => {
  idp.misbehaviour = {}
  idp.person = { ...KIM }
  world = await federationWorld()
})

describe('a first sign-in', () => {
  test('makes a user under a readable name, signs her in and goes on where it began', async () => {
    const id = await connect(world, idp)
    const browser = browserOf(world)
    const response = await browser.signIn(id, '?request=abc')
    expect(response.status).toBe(303)
    expect(response.headers.get('Location')).toBe('/oauth2/authorize?resume=abc')
    const [user] = await world.users()
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
    expect((await world.users()).map((user) => user.userName)).toEqual(['Kim', 'kim.idp-is2'])
    expect((await world.sessions()).map((session) => session.userId)).not.toContain(local.row.id)
  })

  test('made by one person in two browsers at once makes one user', async () => {
    const id = await connect(world, idp)
    const browsers = [browserOf(world), browserOf(world), browserOf(world)]
    const callbacks = await Promise.all(browsers.map((browser) => browser.visitProvider(id)))
    const responses = await Promise.all(browsers.map((browser, i) => browser.get(callbacks[i] ?? '')))
    expect(responses.map((response) => response.status)).toEqual([303, 303, 303])
    expect(await world.users()).toHaveLength(1)
    expect(await world.sessions()).toHaveLength(3)
  })

  test('made by two people of one name at once makes two users', async () => {
    const id = await connect(world, idp)
    const [one, other] = [browserOf(world), browserOf(world)]
    const first = await one.visitProvider(id)
    idp.person = { ...idp.person, sub: 'another' }
    const second = await other.visitProvider(id)
    await Promise.all([one.get(first), other.get(second)])
    expect((await world.users()).map((user) => user.userName).toSorted()).toEqual(['kim', 'kim.idp-is2'])
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

  test.each([
    ['for an application with provisioners of its own goes out to those', true, 'own'],
    ['by a way that the application does not offer is none for the application', false, 'resident'],
  ])('%s', async (_fact, isOffered, hearing) => {
    const id = await connect(world, idp)
    const connectors = ['own', 'resident'].map((name) => connectorInput.parse({ ...CONNECTOR, name }))
    const target = await connect(world, idp, { name: 'Target', authenticator: undefined, outbound: { connectors } })
    const scope = world.scope()
    const loginFlow = { steps: [{ options: ['password', ...(isOffered ? [{ connection: id }] : [])] }] }
    const { row: application } = await createApplication(scope, applicationInput.parse({ ...APPLICATION, loginFlow }))
    for (const { id: connectorId, name } of await listConnectors(scope, target)) {
      const applicationId = name === 'own' ? application.id : ''
      await scope.db
        .insert(provisioners)
        .values({ tenantId: scope.tenantId, applicationId, connectorId, blocking: false, jit: true })
    }
    const request = await storeRequest(scope, {
      applicationId: application.id,
      parameters: { clientId: '', redirectUri: '', responseMode: 'query', scope: '', prompt: [] },
      browserHash: '',
    })
    await browserOf(world).signIn(id, `?request=${request}`)
    const sent = await scope.db.select().from(deliveries)
    const heard = (await listConnectors(scope, target)).find(({ name }) => name === hearing)
    expect(sent).toMatchObject([{ connectorId: heard?.id, resourceName: 'kim' }])
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
})

describe('a second sign-in', () => {
  test('makes no second user and, if the provider says nothing new, changes nothing of her', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const before = await world.users()
    const [link] = await world.identities()
    world.advance(60_000)
    expect((await browserOf(world).signIn(id)).status).toBe(303)
    expect(await world.users()).toEqual(before)
    const [later] = await world.identities()
    expect(later?.lastSignIn.getTime()).toBeGreaterThan(link?.lastSignIn.getTime() ?? Infinity)
  })

  test('takes over what the provider says now, and keeps what was edited here and is not its matter', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const [user] = await world.users()
    const rename = { userName: 'kim.b', title: 'CTO' }
    await updateUser(world.scope(), user?.id ?? '', (current) => ({ ...current, ...rename }), scim)
    idp.person = { ...idp.person, name: 'Kim Moss' }
    await browserOf(world).signIn(id)
    const people = await world.users()
    expect(people).toHaveLength(1)
    expect(people[0]).toMatchObject({ userName: 'kim.b', displayName: 'Kim Moss', document: { title: 'CTO' } })
  })

  test('of somebody who was deactivated is refused, and she stays deactivated', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const [user] = await world.users()
    await updateUser(world.scope(), user?.id ?? '', (current) => ({ ...current, active: false }), scim)
    const browser = browserOf(world)
    const response = await browser.signIn(id)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Your account is deactivated.')
    expect(browser.hasSession()).toBe(false)
    expect(await world.sessions()).toEqual([])
    expect(await world.users()).toMatchObject([{ active: false }])
  })

  test('of somebody who was deleted is refused: nobody makes her again but who took her away', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const [user] = await world.users()
    await removeUser(world.scope(), user?.id ?? '', scim)
    const browser = browserOf(world)
    const response = await browser.signIn(id)
    expect(response.status).toBe(403)
    expect(browser.hasSession()).toBe(false)
    expect(await world.users()).toEqual([])
  })

  test('with the same sub at another provider is not the same person, though the connection is the same', async () => {
    const id = await connect(world, idp)
    await browserOf(world).signIn(id)
    const other = await fakeIdp()
    other.person = idp.person
    await updateConnection(world.scope(), id, { authenticator: other.authenticator })
    await browserOf(world).signIn(id)
    await other.close()
    expect((await world.users()).map((user) => user.userName)).toEqual(['kim', 'kim.idp-is2'])
  })
})

test('the same person through two connections is two users: one connection does not vouch for another', async () => {
  for (const name of ['one', 'two']) await browserOf(world).signIn(await connect(world, idp, { name }))
  expect((await world.users()).map((user) => user.userName)).toEqual(['kim', 'kim.two'])
})
