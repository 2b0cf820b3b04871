/** How long guesses wait, by a clock that is moved by hand. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { FREE, type Throttle } from '../../../src/directory/throttle/backoff.ts'
import { countGuess, forgetGuesses, takeBackGuesses } from '../../../src/directory/throttle/commands.ts'
import { findBlock } from '../../../src/directory/throttle/queries.ts'
import { plansOf } from '../../support/plans.ts'
import { testWorld, type TestWorld } from '../../support/app.ts'

let world: TestWorld
let keys = 0
let throttle: Throttle
beforeAll(async () => {
  world = await testWorld()
  world.hold(true)
})
beforeEach(() => {
  throttle = { kind: 'factor', key: `user-${++keys}` }
})

/** Seconds that this guess has to wait; 0 if it is looked at. */
async function guess(): Promise<number> {
  const scope = await world.scope()
  const until = await countGuess(scope, throttle)
  return until === undefined ? 0 : (until.getTime() - scope.now.getTime()) / 1000
}

async function guessWrong(times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect(await guess()).toBe(0)
}

test('five are free, then a second, and twice as long each time, up to a quarter of an hour', async () => {
  await guessWrong(FREE.factor)
  const waits: number[] = []
  for (let i = 0; i < 14; i++) {
    const wait = await guess()
    waits.push(wait)
    world.advance(wait * 1000)
    expect(await guess()).toBe(0)
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900])
})

test('of many at once only the free ones are looked at', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, () => guess()))
  expect(all.filter((wait) => wait === 0)).toHaveLength(FREE.factor)
})

test('a request that came first and is counted second is not held by the free guess of the other', async () => {
  const first = await world.scope()
  world.advance(1000)
  const second = await world.scope()
  expect(await countGuess(second, throttle)).toBeUndefined()
  expect(await countGuess(first, throttle)).toBeUndefined()
})

test('what waits is not counted: whoever keeps on guessing does not make the wait longer', async () => {
  await guessWrong(FREE.factor)
  for (let i = 0; i < 20; i++) expect(await guess()).toBe(1)
  world.advance(1000)
  expect(await guess()).toBe(0)
})

test('a right one ends the count, and a day without a guess does as well', async () => {
  await guessWrong(FREE.factor)
  await forgetGuesses(await world.scope(), throttle)
  await guessWrong(FREE.factor)
  expect(await guess()).toBe(1)
  world.advance(24 * 3600_000 + 1000)
  await guessWrong(FREE.factor)
})

test('behind an address there are many people: thirty are free, and one who is right takes back her own alone', async () => {
  throttle = { kind: 'address', key: `net-${keys}` }
  await guessWrong(FREE.address - 1)
  for (let i = 0; i < 5; i++) {
    expect(await guess()).toBe(0)
    await takeBackGuesses(await world.scope(), [throttle])
  }
  expect(await guess()).toBe(0)
  expect(await guess()).toBe(1)
})

test('behind an address people mistype now and then, day after day, and nobody waits for it', async () => {
  throttle = { kind: 'address', key: `net-${keys}` }
  for (let i = 0; i < 4 * FREE.address; i++) {
    expect(await guess()).toBe(0)
    world.advance(50_000)
    expect(await guess()).toBe(0)
    await takeBackGuesses(await world.scope(), [throttle])
    world.advance(15_000)
  }
  // One who guesses on waits for some minutes at the most, and so does everybody else there.
  const waits: number[] = []
  for (let i = 0; i < 200; i++) {
    const wait = await guess()
    waits.push(wait)
    world.advance(wait * 1000)
  }
  expect(Math.max(...waits)).toBeGreaterThan(30)
  expect(Math.max(...waits)).toBeLessThan(300)
})

test('each tenant, kind and key counts by itself', async () => {
  await guessWrong(FREE.factor)
  expect(await guess()).toBe(1)
  await world.tenant('acme')
  expect(await countGuess(await world.scope('acme'), throttle)).toBeUndefined()
  expect(await countGuess(await world.scope(), { ...throttle, kind: 'device' })).toBeUndefined()
  expect(await countGuess(await world.scope(), { ...throttle, key: 'other' })).toBeUndefined()
})

test('each is found by its key', async () => {
  const scope = await world.scope()
  const plans = await plansOf(world.platform.db)
  await plans.demandIndexes(() => countGuess(scope, throttle))
  await plans.demandIndexes(() => findBlock(scope, [throttle, { kind: 'address', key: 'a' }]))
  await plans.demandIndexes(() => takeBackGuesses(scope, [throttle]))
})
