import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { whenQuiet } from '../../src/db/when-quiet.ts'

/** How many there were when it was run, if one more comes in each of so many turns of the event loop. */
async function countedAt(turns: number): Promise<number> {
  let count = 1
  const { promise, resolve } = Promise.withResolvers<number>()
  whenQuiet(
    () => count,
    () => resolve(count),
  )
  for (let turn = 0; turn < turns; turn++) {
    count++
    await setImmediate()
  }
  return promise
}

test('what comes alone waits for one turn', async () => {
  expect(await countedAt(0)).toBe(1)
})

test('what comes in the turns behind it, one after the other, is waited for', async () => {
  expect(await countedAt(3)).toBe(4)
})

test('whatever goes on coming, the first is not kept waiting for good', async () => {
  expect(await countedAt(100)).toBeLessThan(10)
})
