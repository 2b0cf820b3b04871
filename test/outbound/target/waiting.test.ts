/** A target that asks for a wait, does not answer, or fails whatever it is asked: it is left alone, and it alone. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { updateConnector } from '../../../src/connections/connectors/commands.ts'
import { claimDelivery, releaseDelivery } from '../../../src/outbound/commands.ts'
import { retryDelivery } from '../../../src/outbound/retry/commands.ts'
import { deliverDue } from '../../../src/outbound/consumer.ts'
import { listDue } from '../../../src/outbound/queries.ts'
import { holdTarget, resumeTarget, takeProbe } from '../../../src/outbound/target/commands.ts'
import { readTargetState } from '../../../src/outbound/target/queries.ts'
import { runBatch } from '../../../src/db/open.ts'
import { type Fault, FakeTarget, fakeTarget, scimError } from '../../support/fake-target.ts'
import { connectorOf, outboundWorld, type World } from '../world.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const DROP: Fault = { kind: 'drop' }
const answer = (status: number, headers: Record<string, string> = {}): Fault => ({ kind: 'answer', status, headers })

let world: World
let ids: { connection: string; connector: string }
let other: FakeTarget
beforeEach(async () => {
  world = await outboundWorld()
  ids = await world.connect()
  other = await fakeTarget()
})
afterEach(async () => {
  await world.target.down()
  await other.down()
})

const connectOther = () => world.connect({}, { name: 'another', to: other })
const createMany = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => world.createUser(`user${i}`)))
const stateOf = async (connector = ids.connector) => readTargetState(await world.scope(), connector)
const waitOf = async () => Number((await stateOf()).waitUntil) - (await world.scope()).now.getTime()

describe('Retry-After (RFC 9110 section 10.2.3)', () => {
  beforeEach(async () => {
    world.target.misbehave(answer(429, { 'Retry-After': '120' }))
    await world.createUser('kim')
    await world.deliver()
    world.target.misbehave()
  })

  test('holds everything for the target, what comes later too', async () => {
    const ann = await world.createUser('ann')
    world.advance(119_000)
    await world.deliver()
    expect(world.target.requests).toHaveLength(1)
    expect(await world.delivery(ann)).toMatchObject({ state: 'pending', attempts: 0 })
    world.advance(1000)
    await world.deliver()
    expect(world.target.named('ann')).toHaveLength(1)
    expect(world.target.named('kim')).toHaveLength(1)
    expect((await stateOf()).waitUntil).toBeUndefined()
  })

  test('holds it in every process: not even a delivery that was listed before can be claimed', async () => {
    const ann = await world.createUser('ann')
    const { id } = await world.delivery(ann)
    expect(await claimDelivery(await world.scope(), id)).toBeUndefined()
    world.advance(120_000)
    expect(await claimDelivery(await world.scope(), id)).toMatchObject({ id })
  })

  test('is what the next run is told', async () => {
    const next = await world.deliver()
    expect(next).toEqual((await stateOf()).waitUntil)
    expect(await waitOf()).toBeGreaterThan(119_000)
  })

  test('is not cut short by what was under way, and got no answer', async () => {
    const { waitUntil } = await stateOf()
    const scope = await world.scope()
    await runBatch(scope.db, [holdTarget(scope, ids.connector, new Date(scope.now.getTime() + 1000))])
    expect((await stateOf()).waitUntil).toEqual(waitUntil)
  })

  test('holds no other target', async () => {
    await connectOther()
    await world.createUser('ann')
    await world.deliver()
    expect(other.named('ann')).toHaveLength(1)
    expect(world.target.requests).toHaveLength(1)
  })

  test.each(['settings that change', 'somebody who resumes it'])('gives way to %s', async (what) => {
    const wakes = world.wakes.length
    const scope = await world.scope()
    if (what === 'somebody who resumes it') await resumeTarget(scope, ids.connection, ids.connector)
    else await updateConnector(scope, ids.connection, ids.connector, connectorOf(world.target))
    expect(world.wakes).toHaveLength(wakes + 1)
    await world.createUser('ann')
    await world.deliver()
    expect(world.target.named('ann')).toHaveLength(1)
  })
})

test('of each target its share is listed, and nothing of one that waits', async () => {
  await createMany(5)
  const another = await connectOther()
  await world.createUser('ann')
  const listed = async () => {
    const { db, now } = await world.scope()
    return (await listDue(db, now, 3)).map(({ connectorId }) => connectorId).toSorted()
  }
  const [mine, others] = [ids.connector, another.connector]
  expect(await listed()).toEqual([mine, mine, mine, others].toSorted())
  const scope = await world.scope()
  await runBatch(scope.db, [holdTarget(scope, mine, new Date(scope.now.getTime() + MINUTE))])
  expect(await listed()).toEqual([others])
  world.advance(MINUTE)
  expect(await listed()).toEqual([mine, mine, mine, others].toSorted())
})

describe('a target that does not answer', () => {
  test('is asked by one delivery at a time until it answers, ever less often', async () => {
    world.target.misbehave(DROP)
    await world.createUser('first')
    await world.deliver({ random: () => 0 })
    await createMany(20)
    const waits: number[] = []
    for (let i = 0; i < 6; i++) {
      const { waitUntil, lastFailure } = await stateOf()
      waits.push(Number(waitUntil) - Number(lastFailure))
      world.advance(waits.at(-1) ?? 0)
      const before = world.target.requests.length
      await world.deliver({ random: () => 0 })
      expect(world.target.requests.length - before).toBe(1)
    }
    expect(waits[0]).toBe(1000)
    waits.slice(1).forEach((wait, i) => expect(wait).toBeGreaterThanOrEqual(Math.min(2 * (waits[i] ?? 0), 30_000)))
    expect(waits[5]).toBe(30_000)
    world.target.misbehave()
    world.advance(MINUTE)
    await world.deliver()
    expect(world.target.users.size).toBe(21)
    expect((await stateOf()).waitUntil).toBeUndefined()
  })

  test('is asked by one process alone', async () => {
    const scope = await world.scope()
    await runBatch(scope.db, [holdTarget(scope, ids.connector, scope.now)])
    const until = new Date(scope.now.getTime() + MINUTE)
    const probes = await Promise.all([1, 2, 3].map(() => takeProbe(scope, ids.connector, scope.now, until)))
    expect(probes.filter((probe) => probe !== undefined)).toEqual([{ until, lastFailure: scope.now }])
  })

  test('gets, from the others, what they gave back as they found it', async () => {
    const { id } = await world.delivery(await world.createUser('kim'))
    const row = await claimDelivery(await world.scope(), id)
    expect(await claimDelivery(await world.scope(), id)).toBeUndefined()
    if (row) await releaseDelivery(await world.scope(), row)
    expect(await claimDelivery(await world.scope(), id)).toMatchObject({ id, attempts: 1 })
  })

  test('gets nothing from a second process while the first one asks it', async () => {
    world.target.misbehave(DROP)
    await world.createUser('kim')
    await world.deliver({ random: () => 0 })
    world.target.misbehave()
    await createMany(5)
    world.advance(1000)
    const held = world.target.hold('GET')
    const first = world.deliver()
    await held.arrived
    const before = world.target.requests.length
    await deliverDue(world.platform)
    expect(world.target.requests).toHaveLength(before)
    held.release()
    await first
    expect(world.target.users.size).toBe(6)
  })

  test('stays open for others: a resource at which it breaks off does not keep it from them', async () => {
    world.target.fault = ({ body }) => ((body as { userName?: string })?.userName === 'poison' ? DROP : undefined)
    await world.createUser('poison')
    await world.deliver()
    await createMany(5)
    world.advance(1000)
    await world.deliver({ random: () => 0.99 })
    for (let i = 0; i < 5; i++) expect(world.target.named(`user${i}`)).toHaveLength(1)
  })
})

test('a target that fails whatever it is asked is left alone after a few', async () => {
  world.target.misbehave(answer(503))
  await createMany(40)
  await world.deliver({ perTarget: 1, random: () => 0.99 })
  expect(world.target.requests).toHaveLength(5)
  world.target.misbehave()
  world.advance(10_000)
  await world.deliver()
  expect(world.target.users.size).toBe(40)
})

test('a target that takes something now and then is not left alone', async () => {
  let requests = 0
  world.target.fault = () => (requests++ === 4 ? undefined : answer(500))
  await createMany(9)
  await world.deliver({ perTarget: 1, random: () => 0.99 })
  expect(requests).toBe(9)
  expect((await stateOf()).waitUntil).toBeUndefined()
})

test('a resource at which the target fails holds up nobody else', async () => {
  world.target.fault = ({ body }) => ((body as { userName?: string })?.userName === 'user0' ? answer(500) : undefined)
  await createMany(40)
  await world.deliver({ perTarget: 1 })
  expect(world.target.users.size).toBe(39)
})

describe('one slow target', () => {
  test('delays no other, whose changes come while it takes its time', async () => {
    await connectOther()
    await world.createUser('kim')
    const held = world.target.hold('POST')
    const delivered = world.deliver()
    await held.arrived
    const fresh = other.hold('POST')
    await world.createUser('ann')
    // The run that waits for the slow target finds it; nothing else delivers here.
    await fresh.arrived
    fresh.release()
    held.release()
    await delivered
    for (const target of [world.target, other]) expect(target.users.size).toBe(2)
  })

  test('with a long backlog leaves the others their share', async () => {
    await createMany(120)
    await connectOther()
    await world.createUser('ann')
    const order: string[] = []
    world.target.fault = () => void order.push('backlog')
    other.fault = () => void order.push('other')
    await world.deliver({ perTarget: 2, atOnce: 4 })
    expect(order.indexOf('other')).toBeLessThan(4)
    expect(order).toHaveLength(122)
  })
})

describe('the ladder', () => {
  beforeEach(async () => {
    world.target.misbehave(answer(500))
  })
  /** Fails once a day, for so many days. */
  async function failFor(days: number) {
    for (let day = 0; day < days; day++) {
      await world.deliver({ random: () => 0.5 })
      world.advance(DAY)
    }
  }

  test('ends after 28 days in a dead letter, which somebody can have tried again', async () => {
    const kim = await world.createUser('kim')
    await failFor(28)
    expect(await world.delivery(kim)).toMatchObject({ state: 'retrying' })
    await failFor(1)
    const dead = await world.delivery(kim)
    expect(dead).toMatchObject({ state: 'dead', nextAttemptAt: null })
    expect(await world.deliver()).toBeUndefined()
    world.target.misbehave()
    await retryDelivery(await world.scope(), dead.id)
    await world.deliver()
    expect(await world.delivery(kim)).toMatchObject({ state: 'delivered' })
  })

  test('begins anew with what is tried again by hand', async () => {
    const kim = await world.createUser('kim')
    await failFor(29)
    await retryDelivery(await world.scope(), (await world.delivery(kim)).id)
    await failFor(28)
    expect(await world.delivery(kim)).toMatchObject({ state: 'retrying' })
    await failFor(1)
    expect(await world.delivery(kim)).toMatchObject({ state: 'dead' })
  })
})

describe('when a target last took something, and last failed', () => {
  test('is kept, and not written down for each delivery', async () => {
    expect(await stateOf()).toMatchObject({ lastSuccess: undefined, lastFailure: undefined })
    await world.createUser('kim')
    await world.deliver()
    const { lastSuccess } = await stateOf()
    expect(lastSuccess).toBeInstanceOf(Date)
    world.advance(30_000)
    await world.createUser('ann')
    await world.deliver()
    expect((await stateOf()).lastSuccess).toEqual(lastSuccess)
    world.advance(31_000)
    await world.createUser('bob')
    await world.deliver()
    expect(Number((await stateOf()).lastSuccess)).toBeGreaterThan(Number(lastSuccess) + MINUTE)
    expect((await stateOf()).lastFailure).toBeUndefined()
  })

  test('counts what it refused as a failure', async () => {
    world.target.misbehave({ kind: 'answer', ...scimError(400, 'nickName is required') })
    await world.createUser('kim')
    await world.deliver()
    expect(await stateOf()).toMatchObject({ lastSuccess: undefined, lastFailure: expect.any(Date) })
  })
})
