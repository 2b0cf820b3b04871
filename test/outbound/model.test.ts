/**
 * Whatever is changed, and whatever fails on the way: when all is well again, the target has what it should, each once.
 * A seed that fails is in the test's name; SOAK_SEEDS=1000 tries as many (npm run soak).
 */
import { expect, test } from 'vitest'
import { newRandom, type Random } from '../directory/oracle/random.ts'
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
    const model = newModel()
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < STEPS; step++) {
        const change = nextChange(random, model)
        if (change) apply(model, change, await make(world, change))
        if (random.below(2) === 0) await deliverBadly(world, random)
      }
      target.fault = () => undefined
      await settle(world)
      expect(usersAt(target)).toEqual(usersOf(model))
      expect(groupsAt(target)).toEqual(groupsOf(model))
    }
    await target.down()
  },
)

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
