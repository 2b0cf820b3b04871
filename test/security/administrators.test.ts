/** What may be done to administrators, and from where. */
import { beforeEach, describe, expect, test } from 'vitest'
import { rowsOf } from '../../src/db/open.ts'
import { sql } from '../../src/db/sql.ts'
import { createUser } from '../../src/directory/users/creation/commands.ts'
import { findUserByName } from '../../src/directory/users/queries.ts'
import { ADMIN, basicHeader, testWorld, type TestTenant, type TestWorld } from '../support/app.ts'
import { signedIn } from '../support/browser-client.ts'

let world: TestWorld
let tenant: TestTenant
let admin: string
beforeEach(async () => {
  world = await testWorld()
  tenant = await world.tenant()
  admin = (await findUserByName(await world.scope(), ADMIN.userName))?.id ?? ''
})

const patch = (value: Record<string, unknown>) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value }],
})

test('a SCIM token changes people, but no administrator: with her password it would be more than a SCIM token', async () => {
  const { token } = (await (await tenant.api('POST', '/scim-tokens', { description: 'Entra' })).json()) as {
    token: string
  }
  const bearer = { Authorization: `Bearer ${token}` }
  const user = await createUser(await world.scope(), { schemas: [], userName: 'kim' }, { source: 'scim' })
  expect((await tenant.scim('PATCH', `/Users/${user.row.id}`, patch({ displayName: 'Kim' }), bearer)).status).toBe(200)
  const password = { password: 'Taken-0ver' }
  expect((await tenant.scim('PATCH', `/Users/${admin}`, patch(password), bearer)).status).toBe(403)
  const replaced = { schemas: [], userName: ADMIN.userName, ...password }
  expect((await tenant.scim('PUT', `/Users/${admin}`, replaced, bearer)).status).toBe(403)
  expect((await tenant.scim('DELETE', `/Users/${admin}`, undefined, bearer)).status).toBe(403)
  expect((await tenant.scim('GET', '/Users?count=0')).status).toBe(200)
})

test('the last administrator is neither deactivated nor deleted: nobody could let anybody in again', async () => {
  expect((await tenant.scim('PATCH', `/Users/${admin}`, patch({ active: false }))).status).toBe(403)
  expect((await tenant.scim('DELETE', `/Users/${admin}`)).status).toBe(403)
  expect((await tenant.scim('GET', `/Users/${admin}`)).status).toBe(200)
})

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
  '%s with Basic from the page of another site is refused',
  async (method) => {
    const headers = { Origin: 'https://evil.example', Authorization: basicHeader(ADMIN.userName, ADMIN.password) }
    const body = method === 'DELETE' ? undefined : JSON.stringify({ schemas: [], userName: 'mallory' })
    const path = method === 'POST' ? '/scim2/Users' : `/scim2/Users/${admin}`
    expect((await tenant.fetch(path, { method, headers, ...(body ? { body } : {}) })).status).toBe(403)
    const api = await tenant.fetch('/api/v1/resident-application', { method, headers, ...(body ? { body } : {}) })
    expect(api.status).toBe(403)
    expect(await findUserByName(await world.scope(), 'mallory')).toBeUndefined()
  },
)

test('a password that is changed over SCIM ends the sessions that the old one began', async () => {
  const browser = await signedIn(world)
  expect((await browser.get('/console/users')).status).toBe(200)
  expect((await tenant.scim('PATCH', `/Users/${admin}`, patch({ password: 'An0ther-one' }))).status).toBe(200)
  expect((await browser.get('/console/users')).path).toMatch(/^\/login/)
})

test.each([' admin', 'admin ', 'admin\u0000', 'ad\u200bmin', '\u202enimda'])(
  'a user name that only looks like another is refused: %j',
  async (userName) => {
    const answer = await tenant.scim('POST', '/Users', { schemas: [], userName })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ scimType: 'invalidValue' })
  },
)

describe('of requests that meet, none leaves the tenant without an active administrator', () => {
  /** Runs `first` when the batch of the next change comes to the database, and before it. */
  function before(first: () => Promise<unknown>): void {
    const client = world.platform.db.$client
    const { batch } = client
    client.batch = async (...given: Parameters<typeof batch>) => {
      client.batch = batch
      await first()
      return batch.apply(client, given)
    }
  }
  const roleOfAdmins = async () => {
    const answer = await tenant.scim('GET', `/v2/Roles?${new URLSearchParams({ filter: 'displayName eq "admin"' })}`)
    return ((await answer.json()) as { Resources: { id: string }[] }).Resources[0]?.id ?? ''
  }
  const made = async (path: string, body: object) =>
    ((await (await tenant.scim('POST', path, body)).json()) as { id: string }).id
  const held = (attribute: string, id: string) => patch({ [attribute]: [{ value: id }] })

  test.each<[string, (id: string) => Promise<Response>]>([
    ['is deactivated', (id) => tenant.scim('PATCH', `/Users/${id}`, patch({ active: false }))],
    ['is deleted', (id) => tenant.scim('DELETE', `/Users/${id}`)],
  ])('while a user %s, she becomes the only one', async (_what, leave) => {
    const [role, kim] = [await roleOfAdmins(), await made('/Users', { userName: 'kim' })]
    before(async () => {
      const answer = await tenant.scim('PATCH', `/v2/Roles/${role}`, held('users', kim))
      expect(answer.status).toBeLessThan(300)
    })
    expect((await leave(kim)).status).toBe(403)
    expect((await findUserByName(await world.scope(), 'kim'))?.active).toBe(true)
  })

  test.each<[string, (id: string) => Promise<Response>]>([
    ['loses its members', (id) => tenant.scim('PATCH', `/Groups/${id}`, patch({ members: [] }))],
    ['is deleted', (id) => tenant.scim('DELETE', `/Groups/${id}`)],
  ])('while a group %s, it becomes the only one', async (_what, leave) => {
    const [role, kim] = [await roleOfAdmins(), await made('/Users', { userName: 'kim' })]
    const group = await made('/Groups', { displayName: 'Guides', members: [{ value: kim }] })
    before(async () => {
      expect((await tenant.scim('PATCH', `/v2/Roles/${role}`, held('groups', group))).status).toBeLessThan(300)
      expect((await tenant.scim('PATCH', `/v2/Roles/${role}`, patch({ users: [] }))).status).toBeLessThan(300)
    })
    expect((await leave(group)).status).toBe(403)
    const members = await rowsOf(world.platform.db, sql`select member_id from group_members where group_id = ${group}`)
    expect(members).toHaveLength(1)
  })
})
