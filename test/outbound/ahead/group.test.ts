/** A blocking provisioner: the target takes a change of a group before it is made here, or nobody makes it. */
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type FakeTarget, type Json, scimError } from '../../support/fake-target.ts'
import { settle as settleUsers } from '../settled.ts'
import { outboundWorld, type World } from '../world.ts'

const REFUSAL = { kind: 'answer' as const, ...scimError(400, 'No such group here.', 'invalidValue') }

let world: World
let target: FakeTarget
let scim: Awaited<ReturnType<World['tenant']>>['scim']
beforeEach(async () => {
  world = await outboundWorld()
  target = world.target
  onTestFinished(() => target.down())
  target.saysPatch = true
  target.takes = new Set(['PUT', 'PATCH'])
  await world.connect({}, { blocking: true })
  scim = (await world.tenant()).scim
})

const people = (...names: string[]) => Promise.all(names.map((name) => world.createUser(name)))
const idsOf = (ids: readonly string[]) => ids.map((value) => ({ value }))

async function group(ids: readonly string[], displayName = 'Guides'): Promise<string> {
  const answer = await scim('POST', '/Groups', { displayName, members: idsOf(ids) })
  expect(answer.status).toBe(201)
  return String(((await answer.json()) as Json).id)
}

const patch = (id: string, ...Operations: object[]) =>
  scim('PATCH', `/Groups/${id}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations })

/** The names of its members on both sides. */
async function sides(id: string, name = 'Guides') {
  const here = (await (await scim('GET', `/Groups/${id}`)).json()) as Json
  const names = new Map([...target.users.values()].map((user) => [user.id, user.userName]))
  const valuesOf = (members: unknown) => (members ?? []) as { value: string; display: string }[]
  return {
    here: valuesOf(here.members)
      .map(({ display }) => display)
      .sort(),
    there: valuesOf(target.only(name).members)
      .map(({ value }) => names.get(value))
      .sort(),
  }
}
const both = (...names: string[]) => ({ here: names, there: names })

async function openOnes() {
  return (await world.deliveries()).filter(({ state }) => state !== 'delivered' && state !== 'refused')
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    if ((await world.deliver()) === undefined) return
    world.advance(60_000)
  }
}

test('a group is made, renamed and taken away at once on both sides, with its members by their ids there', async () => {
  const guides = await group(await people('ann', 'bob'))
  expect(await sides(guides)).toEqual(both('ann', 'bob'))
  expect((await patch(guides, { op: 'replace', path: 'displayName', value: 'Leads' })).status).toBe(204)
  expect(await sides(guides, 'Leads')).toEqual(both('ann', 'bob'))
  expect((await scim('DELETE', `/Groups/${guides}`)).status).toBe(204)
  expect(target.groups.size).toBe(0)
  expect(await openOnes()).toEqual([])
})

test('members come, go and are replaced at once on both sides, by what changed', async () => {
  const [ann = '', bob = '', cid = '', dan = ''] = await people('ann', 'bob', 'cid', 'dan')
  const guides = await group([ann, bob])
  target.requests.length = 0
  await patch(guides, { op: 'add', path: 'members', value: idsOf([cid]) })
  expect(await sides(guides)).toEqual(both('ann', 'bob', 'cid'))
  await patch(guides, { op: 'remove', path: `members[value eq "${ann}"]` })
  expect(await sides(guides)).toEqual(both('bob', 'cid'))
  await patch(guides, { op: 'remove', path: 'members[display sw "b"]' })
  expect(await sides(guides)).toEqual(both('cid'))
  await patch(guides, { op: 'replace', path: 'members', value: idsOf([cid, dan]) })
  expect(await sides(guides)).toEqual(both('cid', 'dan'))
  expect(target.writes).toEqual(['PATCH Groups', 'PATCH Groups', 'PATCH Groups', 'PATCH Groups'])
  await scim('PUT', `/Groups/${guides}`, { displayName: 'Guides', members: idsOf([ann]) })
  expect(await sides(guides)).toEqual(both('ann'))
  expect(await openOnes()).toEqual([])
  const { length } = target.requests
  await world.deliver()
  expect(target.requests).toHaveLength(length)
})

test('whom a filter meets among those who come with it is made right afterwards', async () => {
  const [ann = '', bob = ''] = await people('ann', 'bob')
  const guides = await group([ann])
  await patch(
    guides,
    { op: 'add', path: 'members', value: idsOf([bob]) },
    { op: 'remove', path: 'members[display sw "b"]' },
  )
  await settle()
  expect(await sides(guides)).toEqual(both('ann'))
})

test.each([
  ['POST', () => scim('POST', '/Groups', { displayName: 'Others' })],
  ['PATCH', (id: string, bob: string) => patch(id, { op: 'add', path: 'members', value: idsOf([bob]) })],
  ['PUT', (id: string, bob: string) => scim('PUT', `/Groups/${id}`, { displayName: 'Leads', members: idsOf([bob]) })],
  ['DELETE', (id: string) => scim('DELETE', `/Groups/${id}`)],
])('%s that the target refuses is 502, and nothing is changed on either side', async (_method, change) => {
  const [ann = '', bob = ''] = await people('ann', 'bob')
  const guides = await group([ann])
  target.fault = ({ method }) => (method === 'GET' ? undefined : REFUSAL)
  const answer = await change(guides, bob)
  expect([answer.status, ((await answer.json()) as Json).detail]).toEqual([
    502,
    expect.stringContaining('400 No such group here.'),
  ])
  target.misbehave()
  expect(await openOnes()).toEqual([])
  expect(await sides(guides)).toEqual(both('ann'))
  expect([...target.groups.values()].map(({ displayName }) => displayName)).toEqual(['Guides'])
})

test('members of whom some arrived before the target refused are taken back', async () => {
  await settleUsers(world, 150)
  const ids = Array.from({ length: 150 }, (_, i) => `settled-${String(i + 1).padStart(6, '0')}`)
  for (const [i, id] of ids.entries()) await world.updateUser(id, { userName: `settled${i + 1}`, title: 'guide' })
  const guides = await group([])
  let chunks = 0
  target.fault = ({ method }) => (method === 'PATCH' && ++chunks === 2 ? REFUSAL : undefined)
  const answer = await patch(guides, { op: 'add', path: 'members', value: idsOf(ids) })
  expect(answer.status).toBe(502)
  expect(target.only('Guides').members).toHaveLength(100)
  target.misbehave()
  await settle()
  expect(await sides(guides)).toEqual(both())
  expect(await openOnes()).toEqual([])
})

test('a change of more than a thousand members is refused in words before the target hears of it', async () => {
  await settleUsers(world, 1001)
  const guides = await group([])
  const { length } = target.requests
  const ids = Array.from({ length: 1001 }, (_, i) => `settled-${String(i + 1).padStart(6, '0')}`)
  const answer = await patch(guides, { op: 'add', path: 'members', value: idsOf(ids) })
  expect(answer.status).toBe(413)
  expect(((await answer.json()) as Json).detail).toContain('no more than 1000 members')
  expect(target.requests).toHaveLength(length)
  expect((await sides(guides)).here).toEqual([])
})

test('one member more in a group of a thousand sends that one', async () => {
  await settleUsers(world, 1200)
  const ids = Array.from({ length: 1200 }, (_, i) => `settled-${String(i + 1).padStart(6, '0')}`)
  const guides = await group(ids.slice(0, 1100))
  await settle()
  const { length } = target.patches
  const all = idsOf(ids.slice(0, 1101))
  expect((await scim('PUT', `/Groups/${guides}`, { displayName: 'Guides', members: all })).status).toBe(200)
  // She is not there yet herself: she goes out, and her group after her.
  expect(target.patches.slice(length).flat()).toMatchObject([])
  await settle()
  const added = target.patches.slice(length).flatMap(([one]) => (one?.value ?? []) as unknown[])
  expect(added).toHaveLength(1)
  expect((await sides(guides)).there).toHaveLength(1101)
})

test('users and a group that refer to each other in one Bulk request are made on both sides, or nowhere', async () => {
  const operations = [
    { method: 'POST', path: '/Groups', bulkId: 'a', data: { displayName: 'A', members: idsOf(['bulkId:b']) } },
    { method: 'POST', path: '/Groups', bulkId: 'b', data: { displayName: 'B', members: idsOf(['bulkId:a']) } },
  ]
  const send = async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
    const answer = await scim('POST', '/Bulk', { schemas, Operations: operations })
    return ((await answer.json()) as { Operations: { status: string }[] }).Operations.map(({ status }) => status)
  }
  target.fault = ({ method, body }) => (method === 'POST' && (body as Json).displayName === 'B' ? REFUSAL : undefined)
  expect(await send()).toEqual(['502', '502'])
  target.misbehave()
  await settle()
  expect(target.groups.size).toBe(0)
  expect(await send()).toEqual(['201', '201'])
  await settle()
  const [a, b] = [target.only('A'), target.only('B')]
  expect([a.members, b.members]).toMatchObject([[{ value: b.id }], [{ value: a.id }]])
  expect(target.groups.size).toBe(2)
})
