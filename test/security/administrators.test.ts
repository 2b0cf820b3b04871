/** What may be done to administrators, and from where. */
import { beforeEach, expect, test } from 'vitest'
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
