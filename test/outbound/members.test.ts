/** The members of a group at a target that takes PATCH: what changed, in chunks, whatever becomes of a request. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FakeTarget, type Json, scimError } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

let world: World
let target: FakeTarget
beforeEach(async () => {
  world = await outboundWorld()
  target = world.target
})
afterEach(() => target.down())

/** The target takes PATCH, and says so. */
async function connectPatching() {
  target.saysPatch = true
  target.takes = new Set(['PUT', 'PATCH'])
  await world.connect()
}
/** How many members each request added. */
const sizesOf = () =>
  target.patches.flatMap(([one]) => (one?.path === 'members' ? [(one.value as unknown[]).length] : []))
const valuesOf = (group: Json) => ((group.members ?? []) as { value: string }[]).map(({ value }) => value).sort()
const remoteIds = (...names: string[]) => names.map((name) => String(target.only(name).id)).sort()

const members = (...ids: string[]) => ({ members: ids.map((value) => ({ value })) })

async function users(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push(await world.createUser(`user-${String(i).padStart(3, '0')}`))
  return ids
}

describe('the members of a group', () => {
  test('are told by what changed: a thousand stay where they are', async () => {
    await connectPatching()
    const ids = await users(12)
    const group = await world.createGroup('Guides', ids.slice(0, 10))
    await world.deliver()
    target.requests.length = 0
    await world.updateGroup(group, members(...ids.slice(1, 10), ids[10] ?? ''))
    await world.deliver()
    expect(target.patches).toEqual([
      [{ op: 'remove', path: `members[value eq "${String(target.only('user-000').id)}"]` }],
      [{ op: 'add', path: 'members', value: [{ value: target.only('user-010').id }] }],
    ])
    expect(target.writes).toEqual(['PATCH Groups', 'PATCH Groups'])
    expect(valuesOf(target.only('Guides'))).toHaveLength(10)
  })

  test('go out a hundred at a time, as many as they are', async () => {
    await connectPatching()
    const ids = await users(230)
    await world.createGroup('Guides', ids)
    await world.deliver()
    expect(valuesOf(target.only('Guides'))).toHaveLength(230)
    const sizes = sizesOf()
    expect(sizes).toEqual([100, 100, 30])
  })

  test('are gone on with where the target stopped: what it took is not sent again', async () => {
    await connectPatching()
    const group = await world.createGroup('Guides', await users(230))
    let taken = 0
    target.fault = ({ method, path }) =>
      method === 'PATCH' && path.includes('/Groups/') && ++taken === 2
        ? { kind: 'answer', ...scimError(503, 'later') }
        : undefined
    await world.deliver()
    world.advance(3_600_000)
    await world.deliver()
    const sizes = sizesOf()
    expect(sizes).toEqual([100, 100, 100, 30])
    expect(valuesOf(target.only('Guides'))).toHaveLength(230)
    expect((await world.delivery(group)).state).toBe('delivered')
  })

  test('who left while nobody heard of the request that added them go, and who came back stay', async () => {
    await connectPatching()
    const [a = '', b = ''] = await users(2)
    const group = await world.createGroup('Guides', [])
    await world.deliver()
    target.misbehave({ kind: 'drop' }, 'PATCH')
    await world.updateGroup(group, members(a, b))
    await world.deliver()
    target.misbehave()
    expect(valuesOf(target.only('Guides'))).toHaveLength(2)
    await world.updateGroup(group, members(b))
    world.advance(3_600_000)
    await world.deliver()
    expect(valuesOf(target.only('Guides'))).toEqual(remoteIds('user-001'))
  })

  test('whom the target has dropped by itself are no fault', async () => {
    await connectPatching()
    const ids = await users(3)
    const group = await world.createGroup('Guides', ids)
    await world.deliver()
    const [first] = remoteIds('user-000')
    const there = target.only('Guides')
    there.members = (there.members as { value: string }[]).filter(({ value }) => value !== first)
    await world.updateGroup(group, members(...ids.slice(2)))
    await world.deliver()
    expect(valuesOf(target.only('Guides'))).toEqual(remoteIds('user-002'))
    expect((await world.delivery(group)).state).toBe('delivered')
  })

  test('are those of a new group, if the old one went from the target', async () => {
    await connectPatching()
    const ids = await users(2)
    const group = await world.createGroup('Guides', ids)
    await world.deliver()
    target.groups.clear()
    await world.updateGroup(group, { displayName: 'Leaders' })
    await world.deliver()
    expect(valuesOf(target.only('Leaders'))).toEqual(remoteIds('user-000', 'user-001'))
  })
})
