/** Roles in WSO2's shape, who holds them, and what they permit. */
import { beforeEach, describe, expect, test } from 'vitest'
import { basicHeader } from '../support/app.ts'
import {
  answered,
  type Ask,
  get,
  type Json,
  type List,
  patched,
  patchOf,
  post,
  refusal,
  refused,
  type Resource,
  type Service,
  service,
  user,
} from '../conformance/world.ts'

const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'
const PASSWORD = 'MyPa33w@rd'

let scim: Service
let admin: Ask
let kim: Resource
beforeEach(async () => {
  scim = await service()
  admin = scim.tenant.scim
  kim = await post(scim.lenient, '/Users', user({ userName: 'kim', password: PASSWORD }))
})

const role = (attributes: Json): Json => ({ schemas: [ROLE], ...attributes })
const permissions = (...values: string[]) => values.map((value) => ({ value }))
const asKim = (): Ask => (method, path, body) =>
  scim.tenant.scim(method, path, body, { Authorization: basicHeader('kim', PASSWORD) })
const apiAsKim = (method: string, path: string, body?: unknown) =>
  scim.tenant.fetch(`/api/v1${path}`, {
    method,
    headers: { Authorization: basicHeader('kim', PASSWORD), 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const roleOf = async (displayName: string) => {
  const { Resources } = await get<List>(scim.strict, `/Roles?filter=displayName%20eq%20%22${displayName}%22`)
  return Resources[0] as Resource
}

test('a role is made, read by both paths, changed and deleted, and its holders show it', async () => {
  const body = role({ displayName: 'Helpdesk', permissions: permissions('scim:read'), users: [{ value: kim.id }] })
  const made = await admin('POST', '/v2/Roles', body)
  const { id } = await answered(made, 201)
  expect(made.headers.get('Location')).toBe(`https://localhost:9443/scim2/v2/Roles/${id}`)
  const read = await get(scim.strict, `/Roles/${id}`)
  expect(read).toEqual(await get(scim.strict, `/v2/Roles/${id}`))
  expect(read).toMatchObject({
    displayName: 'Helpdesk',
    audience: { type: 'organization', display: 'postern' },
    permissions: [{ value: 'scim:read', display: 'Read users, groups and roles' }],
    users: [{ value: kim.id, display: 'kim', $ref: `https://localhost:9443/scim2/Users/${kim.id}` }],
  })
  const held = (await get(scim.strict, `/Users/${kim.id}`)).roles
  expect(held).toContainEqual(expect.objectContaining({ value: id, display: 'Helpdesk', audienceType: 'organization' }))
  const changed = await patched(admin, `/v2/Roles/${id}`, { op: 'replace', path: 'displayName', value: 'Desk' })
  expect([changed.displayName, changed.meta.version]).toEqual(['Desk', 'W/"2"'])
  expect((await admin('DELETE', `/v2/Roles/${id}`)).status).toBe(204)
  expect(await refused(scim.strict('GET', `/Roles/${id}`))).toEqual([404])
  expect(JSON.stringify((await get(scim.strict, `/Users/${kim.id}`)).roles)).not.toContain(id)
})

test('a name is taken once for each audience, also when two ask at once', async () => {
  const application = await answered(
    scim.tenant.api('POST', '/applications', { name: 'app', redirectUris: ['https://app.example/'] }),
    201,
  )
  const audience = { type: 'application', value: application.id }
  await post(admin, '/Roles', role({ displayName: 'Editor' }))
  await post(admin, '/Roles', role({ displayName: 'editor', audience, permissions: permissions('articles.write') }))
  expect(await refused(admin('POST', '/Roles', role({ displayName: 'EDITOR' })))).toEqual([409, 'uniqueness'])
  const both = await Promise.all([1, 2].map(() => admin('POST', '/Roles', role({ displayName: 'Twice' }))))
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
})

test.each<[string, Json, string]>([
  ['an unknown permission', { permissions: permissions('scim:everything') }, 'invalidValue'],
  ['an unknown application', { audience: { type: 'application', value: 'none' } }, 'invalidValue'],
  ['another organization', { audience: { type: 'organization', value: 'none' } }, 'invalidValue'],
  ['an unknown user', { users: [{ value: 'nobody' }] }, 'invalidValue'],
  ['an unknown group', { groups: [{ value: 'nobody' }] }, 'invalidValue'],
])('a role with %s is refused, and not made', async (_what, attributes, scimType) => {
  expect(await refused(admin('POST', '/Roles', role({ displayName: 'Wrong', ...attributes })))).toEqual([400, scimType])
  expect(await roleOf('Wrong')).toBeUndefined()
})

test('its audience is immutable', async () => {
  const { id } = await post(admin, '/Roles', role({ displayName: 'Here' }))
  const change = { op: 'replace', path: 'audience', value: { type: 'application', value: 'x' } }
  expect(await refused(admin('PATCH', `/Roles/${id}`, patchOf(change)))).toEqual([400, 'mutability'])
})

describe('what a role permits', () => {
  test('counts for who holds it, by herself or through groups in groups, and no longer when it is taken away', async () => {
    const inner = await post(scim.lenient, '/Groups', { displayName: 'inner', members: [{ value: kim.id }] })
    const outer = await post(scim.lenient, '/Groups', { displayName: 'outer', members: [{ value: inner.id }] })
    expect(await refused(asKim()('GET', '/Users'))).toEqual([403])
    const { id } = await post(
      admin,
      '/Roles',
      role({
        displayName: 'Reader',
        permissions: permissions('scim:read', 'settings:read'),
        groups: [{ value: outer.id }],
      }),
    )
    expect((await asKim()('GET', '/Users')).status).toBe(200)
    expect((await apiAsKim('GET', '/scim-tokens')).status).toBe(200)
    expect((await apiAsKim('POST', '/scim-tokens', { description: 'mine' })).status).toBe(403)
    expect((await apiAsKim('GET', '/connections')).status).toBe(403)
    const { status, detail } = await refusal(asKim()('POST', '/Users', user({ userName: 'new' })))
    expect([status, detail]).toEqual([403, expect.stringContaining('scim:write')])
    await patched(admin, `/Roles/${id}`, { op: 'remove', path: `groups[value eq "${outer.id}"]` })
    expect(await refused(asKim()('GET', '/Users'))).toEqual([403])
  })

  test('of an application counts there and not here', async () => {
    const { id } = await answered(
      scim.tenant.api('POST', '/applications', { name: 'app', redirectUris: ['https://app.example/'] }),
      201,
    )
    const audience = { type: 'application', value: id }
    const sly = { displayName: 'sly', audience, permissions: permissions('scim:write', 'settings:write') }
    await post(admin, '/Roles', role({ ...sly, users: [{ value: kim.id }] }))
    expect(await refused(asKim()('GET', '/Users'))).toEqual([403])
  })
})

describe('nobody gets more than she has', () => {
  beforeEach(async () => {
    const own = permissions('scim:read', 'scim:write', 'roles:write', 'applications:write', 'settings:write')
    await post(admin, '/Roles', role({ displayName: 'Deputy', permissions: own, users: [{ value: kim.id }] }))
  })

  test('by a role that she makes, changes or gives', async () => {
    const more = permissions('connections:write')
    expect(await refused(asKim()('POST', '/Roles', role({ displayName: 'More', permissions: more })))).toEqual([403])
    const deputy = await roleOf('Deputy')
    const add = { op: 'add', path: 'permissions', value: more }
    expect(await refused(asKim()('PATCH', `/Roles/${deputy.id}`, patchOf(add)))).toEqual([403])
    const adminRole = await roleOf('admin')
    const join = { op: 'add', path: 'users', value: [{ value: kim.id }] }
    expect(await refused(asKim()('PATCH', `/Roles/${adminRole.id}`, patchOf(join)))).toEqual([403])
    expect(await get(scim.strict, `/Roles/${deputy.id}`)).toEqual(deputy)
  })

  test('by a group that has such a role, or by a person who has: neither is hers to change', async () => {
    const team = await post(scim.lenient, '/Groups', { displayName: 'admins' })
    const adminRole = await roleOf('admin')
    await patched(admin, `/Roles/${adminRole.id}`, { op: 'add', path: 'groups', value: [{ value: team.id }] })
    const join = patchOf({ op: 'add', path: 'members', value: [{ value: kim.id }] })
    expect(await refused(asKim()('PATCH', `/Groups/${team.id}`, join))).toEqual([403])
    expect(await refused(scim.lenient('PATCH', `/Groups/${team.id}`, join))).toEqual([403])
    const nest = { displayName: 'outer', members: [{ value: kim.id }] }
    const outer = await post(scim.lenient, '/Groups', nest)
    const into = patchOf({ op: 'add', path: 'members', value: [{ value: outer.id }] })
    expect(await refused(asKim()('PATCH', `/Groups/${team.id}`, into))).toEqual([403])
    const boss = await post(scim.lenient, '/Users', user({ userName: 'boss' }))
    await patched(admin, `/Groups/${team.id}`, { op: 'add', path: 'members', value: [{ value: boss.id }] })
    const password = patchOf({ op: 'replace', path: 'password', value: 'Taken-0ver!' })
    expect(await refused(asKim()('PATCH', `/Users/${boss.id}`, password))).toEqual([403])
    expect(await refused(asKim()('DELETE', `/Users/${boss.id}`))).toEqual([403])
    expect(await refused(asKim()('DELETE', `/Groups/${team.id}`))).toEqual([403])
  })

  test('by a SCIM token or an application', async () => {
    await post(admin, '/Roles', role({ displayName: 'Narrow', permissions: permissions('scim:read') }))
    const wide = { name: 'wide', redirectUris: ['https://app.example/'], permissions: ['connections:write'] }
    expect((await apiAsKim('POST', '/applications', wide)).status).toBe(403)
    const deputy = await roleOf('Deputy')
    await patched(admin, `/Roles/${deputy.id}`, { op: 'remove', path: 'permissions[value eq "scim:write"]' })
    expect((await apiAsKim('POST', '/scim-tokens', { description: 'wide' })).status).toBe(403)
    expect((await apiAsKim('POST', '/scim-tokens', { description: 'own', access: 'read' })).status).toBe(201)
  })
})

describe('the built-in roles', () => {
  test.each(['everyone', 'admin'])('%s is neither renamed, given other permissions, nor deleted', async (name) => {
    const { id } = await roleOf(name)
    const rename = patchOf({ op: 'replace', path: 'displayName', value: 'Other' })
    expect(await refused(admin('PATCH', `/Roles/${id}`, rename))).toEqual([400, 'mutability'])
    const strip = patchOf({ op: 'remove', path: 'permissions' })
    expect(await refused(admin('PATCH', `/Roles/${id}`, strip))).toEqual([400, 'mutability'])
    expect(await refused(admin('DELETE', `/Roles/${id}`))).toEqual([403])
  })

  test('everyone is held by every user, and given to nobody', async () => {
    const { id } = await roleOf('everyone')
    const add = patchOf({ op: 'add', path: 'users', value: [{ value: kim.id }] })
    expect(await refused(admin('PATCH', `/Roles/${id}`, add))).toEqual([400, 'mutability'])
    expect((await get(scim.strict, `/Users/${kim.id}`)).roles).toMatchObject([{ value: id, display: 'everyone' }])
  })

  test('admin is kept by its last holder, also if two give it up at once', async () => {
    const { id, users } = await roleOf('admin').then((one) => get(scim.strict, `/Roles/${one.id}`))
    const [first] = users as { value: string }[]
    const remove = (one: string) =>
      admin('PATCH', `/Roles/${id}`, patchOf({ op: 'remove', path: `users[value eq "${one}"]` }))
    expect(await refused(remove(first?.value ?? ''))).toEqual([403])
    await patched(admin, `/Roles/${id}`, { op: 'add', path: 'users', value: [{ value: kim.id }] })
    const both = await Promise.all([remove(first?.value ?? ''), remove(kim.id)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([204, 403])
  })
})

test('a role by which a connection chooses its people is not deleted', async () => {
  const { id } = await post(admin, '/Roles', role({ displayName: 'Pushed' }))
  await answered(scim.tenant.api('POST', '/connections', { name: 'target', outbound: { roles: [id] } }), 201)
  const { status, detail } = await refusal(admin('DELETE', `/Roles/${id}`))
  expect([status, detail]).toEqual([409, expect.stringContaining('target')])
})
