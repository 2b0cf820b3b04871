/** Groups in groups: who is in them, directly or through others, and what becomes of members who are not here. */
import { beforeEach, describe, expect, test } from 'vitest'
import {
  answered,
  type Ask,
  clientOf,
  get,
  group,
  type List,
  names,
  patched,
  patchOf,
  post,
  refused,
  type Resource,
  type Service,
  service,
  user,
} from '../conformance/world.ts'

let scim: Service
let kim: Resource
beforeEach(async () => {
  scim = await service()
  kim = await post(scim.strict, '/Users', user({ userName: 'kim' }))
})

const make = (displayName: string, ...members: Resource[]) =>
  post(scim.strict, '/Groups', group({ displayName, members: members.map(({ id }) => ({ value: id })) }))
const groupsOf = async ({ id }: Resource) =>
  ((await get(scim.strict, `/Users/${id}`)).groups ?? []) as { display: string; type: string; $ref: string }[]
const shown = async (one: Resource) => (await groupsOf(one)).map(({ display, type }) => `${display} ${type}`)
const found = async (filter: string) => names(await get<List>(scim.strict, `/Users?${new URLSearchParams({ filter })}`))
const add = (to: Resource, ...members: Resource[]) =>
  patched(scim.strict, `/Groups/${to.id}`, {
    op: 'add',
    path: 'members',
    value: members.map(({ id }) => ({ value: id })),
  })

describe('groups in groups (RFC 7643 section 4.1.2)', () => {
  test('a user shows those that she is in directly, and indirectly, with their addresses', async () => {
    const inner = await make('inner', kim)
    const middle = await make('middle', inner)
    const outer = await make('outer', middle)
    expect(await shown(kim)).toEqual(['inner direct', 'middle indirect', 'outer indirect'])
    expect((await groupsOf(kim))[2]?.$ref).toBe(`https://localhost:9443/scim2/Groups/${outer.id}`)
    await add(outer, kim)
    expect(await shown(kim)).toEqual(['inner direct', 'middle indirect', 'outer direct'])
    await patched(scim.strict, `/Groups/${middle.id}`, { op: 'remove', path: `members[value eq "${inner.id}"]` })
    expect(await shown(kim)).toEqual(['inner direct', 'outer direct'])
  })

  test('a member that is a group says so, with its address (RFC 7643 section 4.2)', async () => {
    const inner = await make('inner', kim)
    const outer = await make('outer', inner, kim)
    expect(outer.members).toEqual(
      expect.arrayContaining([
        { value: inner.id, display: 'inner', type: 'Group', $ref: `https://localhost:9443/scim2/Groups/${inner.id}` },
        { value: kim.id, display: 'kim', type: 'User', $ref: `https://localhost:9443/scim2/Users/${kim.id}` },
      ]),
    )
  })

  test('circles end: everybody in one is in all of its groups', async () => {
    const one = await make('one', kim)
    const two = await make('two', one)
    await add(one, two)
    await add(two, two)
    expect(await shown(kim)).toEqual(['one direct', 'two indirect'])
    expect(await found(`groups.value eq "${two.id}"`)).toEqual(['kim'])
    expect(await found('groups[type eq "indirect" and display sw "t"]')).toEqual(['kim'])
    expect((await scim.strict('DELETE', `/Groups/${one.id}`)).status).toBe(204)
    expect(await shown(kim)).toEqual([])
    expect((await get(scim.strict, `/Groups/${two.id}`)).members).toMatchObject([{ value: two.id }])
  })

  test('a deleted group leaves no member behind in those that it was in', async () => {
    const inner = await make('inner', kim)
    const outer = await make('outer', inner)
    await scim.strict('DELETE', `/Groups/${inner.id}`)
    const after = await get(scim.strict, `/Groups/${outer.id}`)
    expect([after.members, after.meta.version]).toEqual([undefined, 'W/"2"'])
  })
})

describe('a member who is not here', () => {
  const unknown = { value: 'somebody-else' }
  let group1: Resource
  beforeEach(async () => {
    group1 = await make('team')
  })
  const addBoth = () => patchOf({ op: 'add', path: 'members', value: [unknown, { value: kim.id }] })
  const members = async () => ((await get(scim.strict, `/Groups/${group1.id}`)).members ?? []) as { value: string }[]

  test('is refused in strict, and nobody is added', async () => {
    expect(await refused(scim.strict('PATCH', `/Groups/${group1.id}`, addBoth()))).toEqual([400, 'invalidValue'])
    expect(await members()).toEqual([])
  })

  test('is passed over for a lenient client: the others are added, and it is told of in the log', async () => {
    expect((await scim.lenient('PATCH', `/Groups/${group1.id}`, addBoth())).status).toBe(204)
    expect((await members()).map(({ value }) => value)).toEqual([kim.id])
    expect(scim.world.logs).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        event: 'members passed over who are not here',
        groupId: group1.id,
        count: 1,
      }),
    )
  })

  test('is passed over for Okta whatever its credential, which takes 400 for the end', async () => {
    const okta: Ask = (method, path, body) =>
      scim.tenant.scim(method, path, body, { 'User-Agent': 'Okta SCIM Client 1.0.0' })
    expect((await okta('PATCH', `/Groups/${group1.id}`, addBoth())).status).toBe(204)
    expect(await refused(scim.tenant.scim('PATCH', `/Groups/${group1.id}`, addBoth()))).toEqual([400, 'invalidValue'])
  })

  test('of another tenant is not here either', async () => {
    const other = await service('other', scim.world)
    const stranger = await post(other.strict, '/Users', user({ userName: 'stranger' }))
    const body = patchOf({ op: 'add', path: 'members', value: [{ value: stranger.id }] })
    expect(await refused(scim.strict('PATCH', `/Groups/${group1.id}`, body))).toEqual([400, 'invalidValue'])
    await scim.lenient('PATCH', `/Groups/${group1.id}`, body)
    expect(await members()).toEqual([])
  })
})

test('a group’s answer leaves its members out if it is asked to, and has them if it is not (Entra ID, Okta)', async () => {
  const { id } = await make('asked', kim)
  expect(await get(scim.strict, `/Groups/${id}?excludedAttributes=members`)).not.toHaveProperty('members')
  expect(await get(scim.strict, `/Groups/${id}`)).toHaveProperty('members')
  const list = await get<List>(scim.strict, '/Groups?excludedAttributes=members')
  expect(list.Resources.every((one) => one.members === undefined)).toBe(true)
})

test('members are added and removed by many at once, and each of the changes is made', async () => {
  const people = await Promise.all(
    Array.from({ length: 20 }, (_, i) => post(scim.strict, '/Users', user({ userName: `p${i}` }))),
  )
  const busy = await make('busy', ...people.slice(0, 10))
  const clients = await Promise.all([clientOf(scim.tenant, 'strict'), clientOf(scim.tenant, 'lenient')])
  const answers = await Promise.all(
    people.map(({ id }, i) =>
      (clients[i % 2] as Ask)(
        'PATCH',
        `/Groups/${busy.id}`,
        patchOf(
          i < 10
            ? { op: 'remove', path: `members[value eq "${id}"]` }
            : { op: 'add', path: 'members', value: [{ value: id }] },
        ),
      ),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]))
  const after = await answered(scim.strict('GET', `/Groups/${busy.id}`))
  expect((after.members as { value: string }[]).map(({ value }) => value).toSorted()).toEqual(
    people
      .slice(10)
      .map(({ id }) => id)
      .toSorted(),
  )
  expect(after.meta.version).toBe('W/"21"')
})
