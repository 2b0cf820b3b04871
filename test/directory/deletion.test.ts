/** What deactivating and deleting a person ends, and what of her is remembered. */
import { beforeEach, describe, expect, test } from 'vitest'
import {
  deletedUsers,
  federatedIdentities,
  groupMembers,
  passwordHistory,
  roleMembers,
  sessions,
  userEmails,
} from '../../src/db/schema.ts'
import { browserClient, signedIn } from '../support/browser-client.ts'
import { codeFor, KIM, type OidcWorld, oidcWorld, postToken, redeem, userinfo } from '../oidc/world.ts'
import { answered, clientOf, get, patchOf, post, refused, type Ask, type List, user } from '../conformance/world.ts'

let world: OidcWorld
let ask: Ask
beforeEach(async () => {
  world = await oidcWorld()
  ask = await clientOf(await world.tenant(), 'strict')
})

const deactivate = () => ask('PATCH', `/Users/${world.kimId}`, patchOf({ op: 'replace', path: 'active', value: false }))
const remove = () => ask('DELETE', `/Users/${world.kimId}`)
const ENDS = [
  ['deactivated', deactivate],
  ['deleted', remove],
] as const

describe.each(ENDS)('a person who is %s', (_what, end) => {
  test('is signed out everywhere at once, and cannot sign in', async () => {
    const browser = await signedIn(world, KIM)
    expect((await browser.get('/console')).text).toContain('signed in as <strong>kim</strong>')
    expect((await end()).ok).toBe(true)
    expect((await browser.get('/console')).path).toMatch(/^\/login/)
    expect(await world.platform.db.select().from(sessions)).toEqual([])
    const other = browserClient(world)
    await other.get('/login')
    const page = await other.post('/login', { username: KIM.userName, password: KIM.password })
    expect(page.path).toMatch(/^\/login/)
    expect(await world.platform.db.select().from(sessions)).toEqual([])
  })

  test('has no token and no code that is still good', async () => {
    const { access_token } = await redeem(world, await codeFor(world))
    const code = await codeFor(world)
    expect((await userinfo(world, access_token)).status).toBe(200)
    await end()
    expect((await userinfo(world, access_token)).status).toBe(401)
    expect((await postToken(world, { code })).status).toBe(400)
  })
})

test('a deactivated person is still found, and is let in again when she is active', async () => {
  await deactivate()
  const list = await get<List>(ask, '/Users?filter=userName%20eq%20%22kim%22')
  expect(list.Resources).toMatchObject([{ id: world.kimId, active: false }])
  await ask('PATCH', `/Users/${world.kimId}`, patchOf({ op: 'replace', path: 'active', value: true }))
  expect((await redeem(world, await codeFor(world))).access_token).toMatch(/\./)
})

describe('a deleted person', () => {
  test('leaves nothing dangling: no membership, role, address or former password', async () => {
    const tenant = await world.tenant()
    await tenant.api('PUT', '/password-policy', {
      minLength: 8,
      digit: true,
      upperCase: true,
      lowerCase: true,
      special: true,
      history: 3,
    })
    const group = await post(ask, '/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'g',
      members: [{ value: world.kimId }],
    })
    const role = {
      schemas: ['urn:ietf:params:scim:schemas:extension:2.0:Role'],
      displayName: 'r',
      users: [{ value: world.kimId }],
    }
    const { id } = await post(tenant.scim, '/Roles', role)
    await ask('PATCH', `/Users/${world.kimId}`, patchOf({ op: 'replace', path: 'password', value: 'An0ther-one!' }))
    expect(await world.platform.db.select().from(passwordHistory)).toHaveLength(1)
    expect((await remove()).status).toBe(204)
    const { db } = world.platform
    for (const table of [groupMembers, userEmails, passwordHistory]) expect(await db.select().from(table)).toEqual([])
    expect((await db.select().from(roleMembers)).map(({ memberId }) => memberId)).not.toContain(world.kimId)
    const after = await get(ask, `/Groups/${group.id}`)
    expect([after.members, after.meta.version]).toEqual([undefined, 'W/"2"'])
    expect((await get(ask, `/Roles/${id}`)).users).toBeUndefined()
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', patchOf({ op: 'remove', path: 'title' })]] as const) {
      expect(await refused(ask(method, `/Users/${world.kimId}`, body))).toEqual([404])
    }
  })

  test('gives her name free at once, to somebody with another id', async () => {
    await remove()
    const again = await post(ask, '/Users', user({ userName: 'KIM' }))
    expect(again.id).not.toBe(world.kimId)
  })

  test('is listed by her tombstone until she is provisioned again under her externalId, or forgotten', async () => {
    const tenant = await world.tenant()
    const made = await post(ask, '/Users', user({ userName: 'lee', externalId: 'HR-7' }))
    const { platform } = world
    await platform.db.insert(federatedIdentities).values({
      tenantId: (await world.scope()).tenantId,
      connectionId: 'c',
      issuer: 'https://idp',
      subject: 's',
      userId: made.id,
      created: platform.now(),
      lastSignIn: platform.now(),
    })
    await remove()
    await ask('DELETE', `/Users/${made.id}`)
    const listed = async () =>
      (await answered<{ items: { id: string; userName: string }[] }>(tenant.api('GET', '/deleted-users'))).items
    expect((await listed()).map(({ userName }) => userName)).toEqual(['kim', 'lee'])
    const back = await post(ask, '/Users', user({ userName: 'lee', externalId: 'HR-7' }))
    expect((await listed()).map(({ userName }) => userName)).toEqual(['kim'])
    const [identity] = await platform.db.select().from(federatedIdentities)
    expect([identity?.userId, back.id === made.id]).toEqual([back.id, false])
    expect((await tenant.api('DELETE', `/deleted-users/${world.kimId}`)).status).toBe(204)
    expect((await tenant.api('DELETE', `/deleted-users/${world.kimId}`)).status).toBe(404)
    expect(await platform.db.select().from(deletedUsers)).toEqual([])
  })

  test('who is deleted twice at once is gone once', async () => {
    const both = await Promise.all([remove(), remove()])
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 404])
    expect(await world.platform.db.select().from(deletedUsers)).toHaveLength(1)
  })
})
