import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startPoller } from '../../src/runtime/poller.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const now = () => new Date(Date.now())
const inMs = (ms: number) => new Date(Date.now() + ms)

/** A poller whose runs end when the test says so. */
function polled(next: () => Date | undefined = () => undefined) {
  const ends: ((next: Date | undefined) => void)[] = []
  const errors: unknown[] = []
  let [runs, parallel, most] = [0, 0, 0]
  const run = async () => {
    runs += 1
    most = Math.max(most, ++parallel)
    const answer = await new Promise<Date | undefined>((resolve) => ends.push(resolve))
    parallel -= 1
    return answer
  }
  const poller = startPoller(run, now, (error) => errors.push(error))
  return {
    poller,
    errors,
    runs: () => runs,
    most: () => most,
    async end() {
      ends.shift()?.(next())
      await vi.advanceTimersByTimeAsync(0)
    },
  }
}

test('it looks once at the start, for what an earlier process left', () => {
  expect(polled().runs()).toBe(1)
})

test('a wake while idle runs it at once', async () => {
  const world = polled()
  await world.end()
  world.poller.wake()
  expect(world.runs()).toBe(2)
})

test('wakes during a run make exactly one more run, and never two at a time', async () => {
  const world = polled()
  world.poller.wake()
  world.poller.wake()
  world.poller.wake()
  expect(world.runs()).toBe(1)
  await world.end()
  await vi.advanceTimersByTimeAsync(10)
  expect(world.runs()).toBe(2)
  await world.end()
  await vi.advanceTimersByTimeAsync(10)
  expect([world.runs(), world.most()]).toEqual([2, 1])
})

test('where wakes do not end, it looks a hundred times a second at the most', async () => {
  const world = polled()
  for (let ms = 0; ms < 1000; ms++) {
    world.poller.wake()
    await world.end()
    await vi.advanceTimersByTimeAsync(1)
  }
  expect(world.runs()).toBeGreaterThan(80)
  expect(world.runs()).toBeLessThanOrEqual(101)
})

test('it runs again when the next delivery is due', async () => {
  const world = polled(() => inMs(2000))
  await world.end()
  await vi.advanceTimersByTimeAsync(1999)
  expect(world.runs()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(world.runs()).toBe(2)
})

test('it looks every five seconds although nothing is due: another process may have written', async () => {
  const world = polled(() => inMs(3_600_000))
  await world.end()
  await vi.advanceTimersByTimeAsync(5000)
  expect(world.runs()).toBe(2)
})

test('what stays due does not keep it spinning', async () => {
  const world = polled(() => inMs(-1000))
  await world.end()
  expect(world.runs()).toBe(1)
  await vi.advanceTimersByTimeAsync(50)
  expect(world.runs()).toBe(2)
})

test('a run that fails is told of, and it goes on', async () => {
  const errors: unknown[] = []
  let runs = 0
  startPoller(
    async () => {
      runs += 1
      throw new Error('the database is away')
    },
    now,
    (error) => errors.push(error),
  )
  await vi.advanceTimersByTimeAsync(5000)
  expect([runs, errors.length]).toEqual([2, 2])
})

test('stop waits for the run under way and starts no other, woken or not', async () => {
  const world = polled()
  world.poller.wake()
  let isStopped = false
  const stopped = world.poller.stop().then(() => (isStopped = true))
  await vi.advanceTimersByTimeAsync(0)
  expect(isStopped).toBe(false)
  await world.end()
  await stopped
  world.poller.wake()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(world.runs()).toBe(1)
})

test('a run that goes on although it is to stop is cut short, and no sooner than answers may be waited for', async () => {
  let signal: AbortSignal | undefined
  const poller = startPoller(
    (ending) => {
      signal = ending.signal
      return new Promise((resolve) => ending.signal.addEventListener('abort', () => resolve(undefined)))
    },
    now,
    () => undefined,
  )
  const stopped = poller.stop()
  await vi.advanceTimersByTimeAsync(299)
  expect(signal?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await stopped
})
