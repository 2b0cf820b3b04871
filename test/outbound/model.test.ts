/**
 * Whatever is changed, and whatever fails on the way: when all is well again, the target has what it should, each once.
 * A seed that fails is in the test's name; SOAK_SEEDS=1000 tries as many (npm run soak).
 */
import { expect, test } from 'vitest'
import { newRandom, type Random } from '../directory/oracle/random.ts'
import type { Fault, FakeTarget, Json } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

const SEEDS = Number(process.env.SOAK_SEEDS ?? 12)
const ROUNDS = 12
const STEPS = 6
const DAY_MS = 24 * 3_600_000

type Model = {
  /** By our ids. */
  readonly users: Map<string, { userName: string; title: string; active: boolean }>
  readonly groups: Map<string, { displayName: string; members: Set<string> }>
  count: number
}

const FAULTS: readonly (Fault | undefined)[] = [
  undefined,
  { kind: 'drop' },
  { kind: 'drop' },
  { kind: 'drop' },
  { kind: 'answer', status: 503, body: 'later' },
  { kind: 'answer', status: 429, headers: { 'Retry-After': '7' }, body: 'slowly' },
  { kind: 'answer', status: 500, body: '<html>oops</html>' },
  { kind: 'answer', status: 408 },
]

test.each(Array.from({ length: SEEDS }, (_, i) => [i + 1, i % 2 === 0 ? 'PATCH' : 'PUT'] as const))(
  'seed %i, a target with %s: wanted and remote are equal in the end, and nothing is there twice',
  async (seed, method) => {
    const random = newRandom(seed * 7919)
    const world = await outboundWorld()
    const { target } = world
    target.saysPatch = method === 'PATCH'
    target.takes = new Set(method === 'PATCH' && seed % 3 === 0 ? ['PATCH'] : ['PUT', 'PATCH'])
    await world.connect()
    const model: Model = { users: new Map(), groups: new Map(), count: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < STEPS; step++) await takeStep(world, random, model)
      target.fault = () => undefined
      await settle(world)
      expect(usersAt(target)).toEqual(usersOf(model))
      expect(groupsAt(target)).toEqual(groupsOf(model))
    }
    await target.down()
  },
)

async function takeStep(world: World, random: Random, model: Model): Promise<void> {
  const user = random.pick([...model.users.keys(), ''])
  const group = random.pick([...model.groups.keys(), ''])
  const action = random.below(12)
  // Few of them, so that one changes again while nobody knows what became of it.
  if (action < 3 && model.users.size < 4) await createUser(world, model)
  else if (action < 4 && user) await updateUser(world, model, user, { title: `title ${random.below(2)}` })
  else if (action === 4 && user) await updateUser(world, model, user, { active: !model.users.get(user)?.active })
  else if (action === 5 && user) await updateUser(world, model, user, { userName: `renamed-${model.count++}` })
  else if (action === 6 && random.below(3) === 0 && user) await removeUser(world, model, user)
  else if (action === 8 && model.groups.size < 2) await createGroup(world, random, model)
  else if (action < 11 && action > 6 && group) await changeMembers(world, random, model, group)
  else if (action === 11 && random.below(3) === 0 && group) await removeGroup(world, model, group)
  if (random.below(2) === 0) await deliverBadly(world, random)
}

async function createUser(world: World, model: Model): Promise<void> {
  const user = { userName: `user-${model.count++}`, title: 'title 0', active: true }
  model.users.set(await world.createUser(user.userName, { title: user.title }), user)
}

async function updateUser(
  world: World,
  model: Model,
  id: string,
  change: Partial<{ title: string; active: boolean; userName: string }>,
) {
  const user = model.users.get(id)
  if (user) Object.assign(user, change)
  await world.updateUser(id, change)
}

async function removeUser(world: World, model: Model, id: string): Promise<void> {
  model.users.delete(id)
  for (const { members } of model.groups.values()) members.delete(id)
  await world.removeUser(id)
}

async function createGroup(world: World, random: Random, model: Model): Promise<void> {
  const members = someOf(random, model)
  const displayName = `group-${model.count++}`
  model.groups.set(await world.createGroup(displayName, members), { displayName, members: new Set(members) })
}

async function changeMembers(world: World, random: Random, model: Model, id: string): Promise<void> {
  const group = model.groups.get(id)
  const members = [...(group?.members ?? [])]
  // One comes or goes, and soon the other way.
  const [first = ''] = model.users.keys()
  const one = random.below(2) === 0 ? first : random.pick([...model.users.keys(), first])
  if (members.includes(one)) members.splice(members.indexOf(one), 1)
  else if (one !== '') members.push(one)
  if (group) group.members = new Set(members)
  await world.updateGroup(id, { members: members.map((value) => ({ value })) })
}

async function removeGroup(world: World, model: Model, id: string): Promise<void> {
  model.groups.delete(id)
  await world.removeGroup(id)
}

const someOf = (random: Random, { users }: Model) => [...users.keys()].filter(() => random.below(3) === 0)

/** Each request of this run may come to something else; the clock goes on as it would. */
async function deliverBadly(world: World, random: Random): Promise<void> {
  world.target.fault = ({ path }) => (path.startsWith('/scim/') ? FAULTS[random.below(FAULTS.length)] : undefined)
  await world.deliver()
  world.advance(random.below(3) === 0 ? DAY_MS : 1000)
}

/** Until nothing waits; what is paused or dead would wait for ever. */
async function settle(world: World): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if ((await world.deliver()) === undefined) return
    world.advance(DAY_MS)
  }
}

const byExternalId = (one: { externalId: unknown }, other: { externalId: unknown }) =>
  String(one.externalId) < String(other.externalId) ? -1 : 1

function usersOf({ users }: Model) {
  return [...users].map(([externalId, user]) => ({ externalId, ...user })).sort(byExternalId)
}

function groupsOf({ groups }: Model) {
  return [...groups]
    .map(([externalId, { displayName, members }]) => ({ externalId, displayName, members: [...members].sort() }))
    .sort(byExternalId)
}

function usersAt({ users }: FakeTarget) {
  return [...users.values()]
    .map(({ externalId, userName, title, active }: Json) => ({ externalId, userName, title, active }))
    .sort(byExternalId)
}

/** With the members by our ids. */
function groupsAt({ users, groups }: FakeTarget) {
  return [...groups.values()]
    .map(({ externalId, displayName, members = [] }: Json) => ({
      externalId,
      displayName,
      members: (members as { value: string }[]).flatMap(({ value }) => users.get(value)?.externalId ?? []).sort(),
    }))
    .sort(byExternalId)
}
