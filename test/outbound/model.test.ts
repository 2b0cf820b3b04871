/**
 * Whatever is changed, and whatever fails on the way: when all is well again, the target has what it should, each once.
 * A seed that fails is in the test's name; SOAK_SEEDS=1000 tries as many (npm run soak).
 */
import { expect, test } from 'vitest'
import { NotPushed } from '../../src/core/errors.ts'
import { newRandom, type Random } from '../directory/oracle/random.ts'
import { fakeTarget } from '../support/fake-target.ts'
import { apply, type Change, FAULTS, groupsAt, groupsOf, newModel, nextChange, usersAt, usersOf } from './model.ts'
import { outboundWorld, type World } from './world.ts'

const SEEDS = Number(process.env.SOAK_SEEDS ?? 12)
const ROUNDS = 12
const STEPS = 6
const DAY_MS = 24 * 3_600_000

test.each(Array.from({ length: SEEDS }, (_, i) => [i + 1, i % 2 === 0 ? 'PATCH' : 'PUT'] as const))(
  'seed %i, a target with %s: wanted and remote are equal in the end, and nothing is there twice',
  async (seed, method) => {
    const random = newRandom(seed * 7919)
    const world = await outboundWorld()
    const { target } = world
    target.saysPatch = method === 'PATCH'
    target.takes = new Set(method === 'PATCH' && seed % 3 === 0 ? ['PATCH'] : ['PUT', 'PATCH'])
    await world.connect()
    // Half of them have a second target, which has to take each change first.
    const first = seed % 4 < 2 ? undefined : await fakeTarget()
    if (first) {
      first.saysPatch = seed % 8 < 4
      first.takes = new Set(['PUT', 'PATCH'])
      await world.connect({}, { blocking: true, name: 'First', to: first })
    }
    const model = newModel()
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < STEPS; step++) {
        const change = nextChange(random, model)
        if (first)
          first.fault = () => (random.below(3) === 0 ? FAULTS_FIRST[random.below(FAULTS_FIRST.length)] : undefined)
        const id = change && (await make(world, change).catch(unlessNotPushed))
        if (change && id !== undefined) apply(model, change, id)
        if (random.below(2) === 0) await deliverBadly(world, random)
      }
      target.fault = () => undefined
      first?.misbehave()
      await settle(world)
      expect(usersAt(target)).toEqual(usersOf(model))
      expect(groupsAt(target)).toEqual(groupsOf(model))
      if (first) expect([usersAt(first), groupsAt(first)]).toEqual([usersOf(model), groupsOf(model)])
    }
    await target.down()
    await first?.down()
  },
)

const FAULTS_FIRST = [...FAULTS, { kind: 'answer', status: 400, body: { detail: 'No.' } } as const]

/** What the target did not take is not in the model either. */
function unlessNotPushed(error: unknown): undefined {
  if (!(error instanceof NotPushed)) throw error
}

/** Answers the id of what is new. */
async function make(world: World, change: Change): Promise<string> {
  switch (change.kind) {
    case 'createUser': {
      const { userName, ...attributes } = change.user
      return world.createUser(userName, attributes)
    }
    case 'updateUser':
      await world.updateUser(change.id, change.change)
      break
    case 'removeUser':
      await world.removeUser(change.id)
      break
    case 'createGroup':
      return world.createGroup(change.group.displayName, change.group.members)
    case 'changeMembers':
      await world.updateGroup(change.id, { members: change.members.map((value) => ({ value })) })
      break
    case 'removeGroup':
      await world.removeGroup(change.id)
  }
  return ''
}

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
