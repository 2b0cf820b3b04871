/** What a connector can be told through the management API, and what it answers. */
import { beforeAll, describe, expect, test } from 'vitest'
import { answered, type Api, CONNECTOR, fieldsOf, type Json, managementApi, problem } from './world.ts'

let api: Api
beforeAll(async () => void (api = await managementApi()))

const { userEndpoint: _user, groupEndpoint: _group, ...BARE } = CONNECTOR
let count = 0
const post = (connector: object, outbound: object = {}) =>
  api.tenant.api('POST', '/connections', {
    name: `connection ${++count}`,
    outbound: { connectors: [{ ...BARE, ...connector }], ...outbound },
  })

async function kept(connector: object): Promise<Json> {
  const { id } = await answered(post(connector), 201)
  const { outbound } = await answered(api.tenant.api('GET', `/connections/${id}`))
  return (outbound as { connectors: Json[] }).connectors[0] ?? { id: '' }
}

const RULES = [
  {
    target: 'userName',
    source: 'emails[type eq "work"].value',
    transforms: [{ type: 'lowerCase' }, { type: 'split', separator: '@', index: 0 }],
  },
  { target: 'userType', constant: 'Employee', on: 'create' },
  { target: 'title' },
]

test('everything that a connector is told comes back, the endpoints that follow from a base URL too', async () => {
  const told = {
    baseUrl: 'https://target.example/scim',
    profile: 'aws',
    userFilter: 'active eq true',
    groupFilter: 'displayName sw "App-"',
    leaving: 'deactivate',
    deletion: 'deactivate',
    mapping: { base: 'none', rules: RULES },
  }
  expect(await kept(told)).toMatchObject({
    ...told,
    userEndpoint: 'https://target.example/scim/Users',
    groupEndpoint: 'https://target.example/scim/Groups',
  })
})

test('what is as it is without being told is not in the answer', async () => {
  const plain = {
    userEndpoint: 'https://target.example/Users',
    profile: 'standard',
    leaving: 'delete',
    deletion: 'delete',
  }
  expect(Object.keys(await kept({ ...plain, mapping: { rules: [] } })).toSorted()).toEqual(
    ['authentication', 'enabled', 'id', 'name', 'passwordProvisioning', 'type', 'userEndpoint'].toSorted(),
  )
})

test('what is read can be sent back, with another base URL: the endpoints follow it, and its secrets do not', async () => {
  const { id } = await answered(post({ baseUrl: 'https://target.example/scim' }), 201)
  const path = `/connections/${id}`
  const read = (await answered(api.tenant.api('GET', path))).outbound as { connectors: Json[] }
  const again = (change: object) =>
    api.tenant.api('PATCH', path, { outbound: { connectors: [{ ...read.connectors[0], ...change }] } })
  expect(await answered(again({ baseUrl: 'https://target.example/v2' }))).toMatchObject({
    outbound: { connectors: [{ userEndpoint: 'https://target.example/v2/Users' }] },
  })
  const moved = await problem(again({ baseUrl: 'https://thief.example' }))
  expect(fieldsOf(moved)).toEqual(['outbound.connectors.0.authentication.password'])
})

const BASE = { baseUrl: 'https://target.example/scim' }
describe('a connector is refused', () => {
  test.each<[string, object, string]>([
    ['without an endpoint', {}, 'userEndpoint'],
    ['with a base URL that is none', { baseUrl: 'target' }, 'baseUrl'],
    ['with a password in an address', { userEndpoint: 'https://us:s3cret@target.example/Users' }, 'userEndpoint'],
    ['with a profile that is none', { ...BASE, profile: 'okta' }, 'profile'],
    ['with PUT where there is none', { ...BASE, profile: 'entra', updateMethod: 'put' }, 'updateMethod'],
    ['with a departure that is none', { ...BASE, leaving: 'forget' }, 'leaving'],
    ['with a broken group filter', { ...BASE, groupFilter: 'displayName sw' }, 'groupFilter'],
    ['with a group filter of no attribute', { ...BASE, groupFilter: 'userName eq "x"' }, 'groupFilter'],
    ['with a group filter by members', { ...BASE, groupFilter: 'members[value eq "x"]' }, 'groupFilter'],
    ['with an unknown target', rules([{ target: 'noSuch', constant: 1 }]), 'mapping.rules.0.target'],
    ['with a bad path', rules([RULES[0], { target: 'title', source: 'name[' }]), 'mapping.rules.1.source'],
    ['with an unknown transform', rules([transformed({ type: 'reverse' })]), 'mapping.rules.0.transforms.0.type'],
    ['with half a transform', rules([transformed({ type: 'split' })]), 'mapping.rules.0.transforms.0.separator'],
    [
      'with a template of nothing',
      rules([transformed({ type: 'template', template: '{noSuch}' })]),
      'mapping.rules.0.transforms.0.template',
    ],
    [
      'with a source and a constant',
      rules([{ target: 'title', source: 'title', constant: 1 }]),
      'mapping.rules.0.constant',
    ],
    ['with no userName', rules([{ target: 'userName' }]), 'mapping.rules.0.target'],
    [
      'with active taken away where leavers are deactivated',
      { ...rules([{ target: 'active' }]), leaving: 'deactivate' },
      'mapping.rules.0.target',
    ],
  ])('%s, and the field is named', async (_what, connector, field) => {
    const refused = await problem(post(connector))
    expect(refused.status).toBe(400)
    const fields = fieldsOf(refused)
    expect(fields.map((one) => one.replace('outbound.connectors.0.', ''))).toContain(field)
  })
})

function rules(list: readonly unknown[]) {
  return { ...BASE, mapping: { rules: list } }
}

function transformed(transform: object) {
  return { target: 'title', source: 'title', transforms: [transform] }
}

test('outbound groups are given by id or by name, and answered by id', async () => {
  const staff = await answered(api.tenant.scim('POST', '/Groups', { displayName: 'Staff' }), 201)
  const { id } = await answered(post(BASE, { groups: ['staff', staff.id] }), 201)
  const { outbound } = await answered(api.tenant.api('GET', `/connections/${id}`))
  expect(outbound).toMatchObject({ groups: [staff.id] })
  expect(fieldsOf(await problem(post(BASE, { groups: ['nobody'] })))).toEqual(['outbound.groups'])
})

test('a connector in a PATCH is the whole of its settings: what is left out is as if it were new, and one that is not named goes', async () => {
  const { enabled: _enabled, ...plain } = { ...BARE, ...BASE, name: 'one' }
  const mapping = { base: 'none', rules: RULES }
  const full = { ...plain, mapping, enabled: true, deletionGuard: 5, userFilter: 'active eq true' }
  const other = { ...full, name: 'another' }
  const { id } = await answered(
    api.tenant.api('POST', '/connections', { name: crypto.randomUUID(), outbound: { connectors: [full, other] } }),
    201,
  )
  const named = await answered(api.tenant.api('PATCH', `/connections/${id}`, { description: 'as it was' }))
  expect(named.outbound).toMatchObject({
    connectors: [{ name: 'another' }, { mapping, enabled: true, deletionGuard: 5 }],
  })
  const { outbound } = await answered(
    api.tenant.api('PATCH', `/connections/${id}`, { outbound: { connectors: [plain] } }),
  )
  const [connector, ...others] = (outbound as unknown as { connectors: object[] }).connectors
  expect(others).toEqual([])
  expect(connector).toMatchObject({ ...BASE, name: 'one', enabled: false })
  for (const name of ['mapping', 'deletionGuard', 'userFilter']) expect(connector).not.toHaveProperty(name)
})
