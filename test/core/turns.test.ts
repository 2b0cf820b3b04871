import { describe, expect, test } from 'vitest'
import { TooBusy } from '../../src/core/errors.ts'
import { newTurns } from '../../src/core/turns.ts'

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  return { promise, resolve, reject }
}

describe('turns', () => {
  test('no more run at once than are let, and those that wait follow in the order in which they came', async () => {
    const inTurn = newTurns(() => 2, 10)
    const works = [work(), work(), work(), work()]
    const begun: number[] = []
    const results = works.map(({ promise }, i) => inTurn(() => (begun.push(i), promise)))
    await Promise.resolve()
    expect(begun).toEqual([0, 1])
    works[1]?.resolve('one')
    expect(await results[1]).toBe('one')
    expect(begun).toEqual([0, 1, 2])
    works[0]?.reject(new Error('failed'))
    await expect(results[0]).rejects.toThrow('failed')
    expect(begun).toEqual([0, 1, 2, 3])
    works.forEach(({ resolve }) => resolve('done'))
    await Promise.all(results.slice(1))
  })

  test('whoever comes when too many wait is refused at once, and takes nobody’s turn', async () => {
    const inTurn = newTurns(() => 1, 1)
    const [first, second] = [work(), work()]
    const results = [inTurn(() => first.promise), inTurn(() => second.promise)]
    await expect(inTurn(() => Promise.resolve('never'))).rejects.toBeInstanceOf(TooBusy)
    first.resolve('first')
    second.resolve('second')
    expect(await Promise.all(results)).toEqual(['first', 'second'])
    expect(await inTurn(() => Promise.resolve('now'))).toBe('now')
  })
})
