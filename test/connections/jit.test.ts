/** Just-in-time settings over the management API: what comes back, what is refused, and who may say it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { SOURCES } from '../architecture/sources.ts'
import { basicHeader, type TestTenant, testWorld, type TestWorld } from '../support/app.ts'

const ROLE = 'urn:ietf:params:scim:schemas:extension:2.0:Role'
const AUTHENTICATOR = {
  type: 'oidc',
  clientId: 'c',
  clientSecret: 's',
  authorizationEndpoint: 'https://idp.example/authorize',
  tokenEndpoint: 'https://idp.example/token',
}
let world: TestWorld
let tenant: TestTenant
let count = 0

beforeAll(async () => {
  world = await testWorld()
  tenant = await world.tenant()
})

const name = () => `connection ${++count}`
async function created(jit: object, rest: object = {}): Promise<string> {
  const answer = await tenant.api('POST', '/connections', { name: name(), jit, ...rest })
  expect(answer.status).toBe(201)
  return (await answer.json()).id
}
const jitOf = async (id: string) => (await (await tenant.api('GET', `/connections/${id}`)).json()).jit
const patch = (id: string, jit: object) => tenant.api('PATCH', `/connections/${id}`, { jit })
async function fieldsOf(answer: Response): Promise<string[]> {
  expect(answer.status).toBe(400)
  return (await answer.json()).errors.map(({ field }: { field: string }) => field)
}
async function idOf(path: string, body: object): Promise<string> {
  const answer = await tenant.scim('POST', path, body)
  expect(answer.status).toBe(201)
  return (await answer.json()).id
}
const group = (displayName: string) =>
  idOf('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName })
const role = (displayName: string, permissions: string[] = [], holders: object = {}) =>
  idOf('/v2/Roles', { schemas: [ROLE], displayName, permissions: permissions.map((value) => ({ value })), ...holders })

describe('all that just-in-time provisioning can be told', () => {
  test('comes back as it was said, changes one by one, and goes with null', async () => {
    const [cooks, reader] = [await group('cooks'), await role('reader')]
    const full = {
      enabled: true,
      scheme: 'silent',
      userStore: 'PRIMARY',
      attributeSync: 'preserveLocal',
      mapping: [
        { target: 'title', source: '"https://example.com/claims".dept', sync: 'fillEmpty' },
        { target: 'emails[type eq "work"].value', source: 'email', transforms: [{ type: 'lowerCase' }] },
        { target: 'userType', constant: 'Employee', on: 'create' },
      ],
      userNameClaim: 'upn',
      groups: { claim: 'groups', map: { 'c.1': [cooks] }, byName: true, sync: 'merge' },
      roles: { claim: 'realm_access.roles', map: { r: [reader] }, sync: 'replace' },
    }
    const id = await created(full)
    expect(await jitOf(id)).toEqual(full)
    const changed = await patch(id, { userNameClaim: 'email', groups: { claim: 'teams[*].name' } })
    expect(changed.status).toBe(200)
    const now = { ...full, userNameClaim: 'email', groups: { claim: 'teams[*].name', sync: 'merge' } }
    expect(await jitOf(id)).toEqual(now)
    await patch(id, { mapping: null, userNameClaim: null, groups: null, roles: null })
    const { enabled, scheme, userStore, attributeSync } = full
    expect(await jitOf(id)).toEqual({ enabled, scheme, userStore, attributeSync })
  })

  test('may name attributes of the tenant’s own', async () => {
    await tenant.api('POST', '/user-attributes', { name: 'badge', type: 'string' })
    const mapping = [{ target: 'urn:scim:schemas:extension:custom:User:badge', source: 'badge' }]
    expect(await jitOf(await created({ mapping }))).toMatchObject({ mapping })
  })

  test.each<[string, object, string[]]>([
    ['an attribute that there is not', { mapping: [{ target: 'nope', source: 'a' }] }, ['jit.mapping.0.target']],
    [
      'what is no provider’s to say',
      {
        mapping: ['userName', 'active', 'password', 'externalId', 'roles', 'id'].map((target) => ({
          target,
          source: 'a',
        })),
      },
      [0, 1, 2, 3, 4, 5].map((i) => `jit.mapping.${i}.target`),
    ],
    [
      'no claim',
      {
        mapping: [
          { target: 'title', source: 'a' },
          { target: 'title', source: 'a..b' },
        ],
      },
      ['jit.mapping.1.source'],
    ],
    ['a rule of nothing', { mapping: [{ target: 'title' }] }, ['jit.mapping.0.source']],
    [
      'a claim and a constant',
      { mapping: [{ target: 'title', source: 'a', constant: 'b' }] },
      ['jit.mapping.0.constant'],
    ],
    [
      'a template of no claim',
      { mapping: [{ target: 'title', transforms: [{ type: 'template', template: '{a b}' }] }] },
      ['jit.mapping.0.transforms.0.template'],
    ],
    ['a method that there is not', { mapping: [{ target: 'title', source: 'a', sync: 'x' }] }, ['jit.mapping.0.sync']],
    [
      'an attribute to be asked for that there is not, or that nobody says of herself',
      { requiredAttributes: ['title', 'nope', 'externalId', 'roles'] },
      [1, 2, 3].map((i) => `jit.requiredAttributes.${i}`),
    ],
    ['a user name of no claim', { userNameClaim: 'https://x.example/upn' }, ['jit.userNameClaim']],
    ['groups of no claim', { groups: { claim: 'a b' } }, ['jit.groups.claim']],
    ['a group that is not here', { groups: { claim: 'g', map: { a: ['gone'] } } }, ['jit.groups.map.a']],
    ['a role that is not here', { roles: { claim: 'g', map: { a: ['gone'] } } }, ['jit.roles.map.a']],
  ])('is refused for %s, and nothing is stored', async (_what, jit, fields) => {
    expect(await fieldsOf(await tenant.api('POST', '/connections', { name: name(), jit }))).toEqual(fields)
    const id = await created({})
    expect(await fieldsOf(await patch(id, jit))).toEqual(fields)
    expect(await jitOf(id)).toMatchObject({ enabled: false })
  })

  test('cannot put somebody into what everybody holds', async () => {
    const list = await (await tenant.scim('GET', '/v2/Roles?filter=displayName%20eq%20%22everyone%22')).json()
    const map = { a: [list.Resources[0].id] }
    expect(
      await fieldsOf(await tenant.api('POST', '/connections', { name: name(), jit: { roles: { claim: 'r', map } } })),
    ).toEqual(['jit.roles.map.a'])
  })

  test('keeps a group that was deleted since, which grants nothing', async () => {
    const gone = await group('gone')
    const groups = { claim: 'g', map: { a: [gone] } }
    const id = await created({ groups })
    await tenant.scim('DELETE', `/Groups/${gone}`)
    expect((await patch(id, { groups: { ...groups, byName: true } })).status).toBe(200)
  })
})

describe('whoever may change connections and no more', () => {
  const as = async (method: string, path: string, body: object) =>
    tenant.fetch(`/api/v1${path}`, {
      method,
      headers: { Authorization: basicHeader('integrator', 'Integr4tor-pass'), 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  let writers: string
  let writer: string
  let adminRole: string

  beforeAll(async () => {
    const user = { schemas: [], userName: 'integrator', password: 'Integr4tor-pass' }
    const userId = await idOf('/Users', user)
    await role('integrator', ['connections:read', 'connections:write'], { users: [{ value: userId }] })
    // Through a group in the group that has the role.
    const [above, below] = [await group('above'), await group('below')]
    await tenant.scim('PATCH', `/Groups/${above}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: below }] }],
    })
    writers = below
    writer = await role('writer', ['scim:write'], { groups: [{ value: above }] })
    const list = await (await tenant.scim('GET', '/v2/Roles?filter=displayName%20eq%20%22admin%22')).json()
    adminRole = list.Resources[0].id
  })

  test('lets a provider put nobody where she may not, and takes nobody away', async () => {
    const refused = async (jit: object, lacks: string) => {
      const answer = await as('POST', '/connections', { name: name(), jit })
      expect(answer.status).toBe(403)
      expect((await answer.json()).detail).toContain(lacks)
    }
    await refused({ roles: { claim: 'r', map: { a: [writer] } } }, 'scim:write')
    await refused({ roles: { claim: 'r', map: { a: [adminRole] } } }, 'scim:read')
    await refused({ groups: { claim: 'g', map: { a: [writers] } } }, 'scim:write')
    await refused({ groups: { claim: 'g', sync: 'replace' } }, 'every permission')
    await refused({ roles: { claim: 'r', sync: 'replace' } }, 'every permission')
    const harmless = {
      groups: { claim: 'g', map: { a: [await group('harmless')] }, byName: true },
      roles: { claim: 'r' },
    }
    expect((await as('POST', '/connections', { name: name(), jit: harmless })).status).toBe(201)
  })

  test('neither changes such a map nor says which provider it is that puts people there', async () => {
    const id = await created({ roles: { claim: 'r', map: { a: [adminRole] } } }, { authenticator: AUTHENTICATOR })
    const changes = [
      { jit: { roles: null } },
      { jit: { roles: { claim: 'other', map: { a: [adminRole] } } } },
      { jit: { mapping: [{ target: 'title', source: 'a' }] } },
      { authenticator: { ...AUTHENTICATOR, clientId: 'mine' } },
      { authenticator: null },
      // Whoever is let in, is put there.
      { domains: ['mine.example'] },
    ]
    for (const change of changes) expect((await as('PATCH', `/connections/${id}`, change)).status).toBe(403)
    expect((await as('PATCH', `/connections/${id}`, { description: 'd' })).status).toBe(200)
    expect(await jitOf(id)).toMatchObject({ roles: { claim: 'r', map: { a: [adminRole] } } })
    expect((await tenant.api('PATCH', `/connections/${id}`, { jit: { roles: null } })).status).toBe(200)
    expect((await as('PATCH', `/connections/${id}`, { jit: { enabled: true } })).status).toBe(200)
  })
})

test('whoever changes a connection on somebody’s behalf says what she may do', () => {
  const callers = SOURCES.filter(({ path }) => /^(?:api|console|account)\//.test(path))
  const calls = callers.flatMap(({ code, path }) =>
    [...code.matchAll(/\b(?:create|update)Connection\((?!\s*\w+:)/g)].map(({ index }) => ({
      path,
      call: code.slice(index, index + 300),
    })),
  )
  expect(calls.length).toBeGreaterThan(3)
  expect(calls.filter(({ call }) => !call.includes('permissions')).map(({ path, call }) => `${path}: ${call}`)).toEqual(
    [],
  )
})
