/** A target that refuses most of what it is sent is left alone, and one delivery goes now and then to see. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readTargetState } from '../../src/outbound/target/queries.ts'
import { resumeTarget } from '../../src/outbound/target/commands.ts'
import { nextQuarantineProbe } from '../../src/outbound/quarantine/rules.ts'
import { scimError } from '../support/fake-target.ts'
import { outboundWorld, type World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const REFUSED = { kind: 'answer', ...scimError(400, 'nickName is required') } as const

test.each([
  [0, 15 * MINUTE],
  [10 * MINUTE, 15 * MINUTE],
  [2 * HOUR, 2 * HOUR],
  [90 * 24 * HOUR, 24 * HOUR],
])('after %i ms of it the next probe comes %i ms later', (lasted, wait) => {
  const now = new Date('2026-03-01T12:00:00Z')
  expect(nextQuarantineProbe(now, new Date(now.getTime() - lasted), 0).getTime() - now.getTime()).toBe(wait)
})

let world: World
let ids: { connection: string; connector: string }
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
})
afterEach(() => world.target.down())

async function createMany(name: string, count: number) {
  const created: string[] = []
  for (let i = 0; i < count; i++) created.push(await world.createUser(`${name}${i}`))
  return created
}
const stateOf = async () => readTargetState(await world.scope(), ids.connector)
const postsOf = () => world.target.requests.filter(({ method }) => method === 'POST').length

describe('a mapping that the target takes of nobody', () => {
  beforeEach(async () => {
    world.target.misbehave(REFUSED)
    await createMany('user', 100)
    await world.deliver()
  })

  test('is tried with some fifty, and no more', async () => {
    const { quarantinedAt, quarantineReason } = await stateOf()
    expect(quarantinedAt).toBeInstanceOf(Date)
    expect(quarantineReason).toMatch(/nickName is required/)
    expect(postsOf()).toBeGreaterThanOrEqual(50)
    expect(postsOf()).toBeLessThan(70)
  })

  test('is tried with one after a quarter of an hour, which changes nothing', async () => {
    const before = postsOf()
    world.advance(16 * MINUTE)
    await world.deliver()
    expect(postsOf()).toBe(before + 1)
    expect((await stateOf()).quarantinedAt).toBeInstanceOf(Date)
    world.advance(MINUTE)
    await world.deliver()
    expect(postsOf()).toBe(before + 1)
  })

  test('ends with the first that is taken: then all go that wait', async () => {
    world.target.misbehave()
    world.advance(16 * MINUTE)
    await world.deliver()
    expect((await stateOf()).quarantinedAt).toBeUndefined()
    world.advance(7 * HOUR)
    await world.deliver()
    expect(world.target.users.size).toBe(100)
  })

  test('ends when somebody resumes the connector', async () => {
    world.target.misbehave()
    await resumeTarget(await world.scope(), ids.connection, ids.connector)
    await world.deliver()
    expect((await stateOf()).quarantinedAt).toBeUndefined()
    expect(world.target.users.size).toBeGreaterThan(30)
  })
})

test('fifty that are refused among as many more that arrive are no reason', async () => {
  await createMany('good', 80)
  await world.deliver()
  world.target.misbehave(REFUSED)
  await createMany('bad', 50)
  await world.deliver()
  expect((await stateOf()).quarantinedAt).toBeUndefined()
})

test('members that are refused are counted apart: fifty groups are no reason', async () => {
  const groups: string[] = []
  for (let i = 0; i < 60; i++) groups.push(await world.createGroup(`group${i}`))
  const kim = await world.createUser('kim')
  await world.deliver()
  world.target.misbehave(REFUSED, 'PATCH')
  world.target.saysPatch = true
  for (const id of groups) await world.updateGroup(id, { members: [{ value: kim }] })
  await world.deliver()
  expect((await world.delivery(groups[0] ?? '')).state).toBe('blocked')
  expect((await stateOf()).quarantinedAt).toBeUndefined()
})

test('a probe that is forbidden its resource ends the wait of nobody: it is still the quarantine', async () => {
  world.target.misbehave(REFUSED)
  await createMany('user', 100)
  await world.deliver()
  world.target.misbehave({ kind: 'answer', ...scimError(403, 'You may not.') }, 'POST')
  const before = postsOf()
  for (let i = 0; i < 2; i++) {
    world.advance(25 * HOUR)
    await world.deliver()
  }
  expect(postsOf()).toBe(before + 2)
  world.target.misbehave()
  world.advance(25 * HOUR)
  await world.deliver()
  expect((await stateOf()).quarantinedAt).toBeUndefined()
  expect(world.target.users.size).toBe(100)
})
