import { expect, test } from 'vitest'
import { remember } from '../../src/core/memory.ts'

test('what was remembered longest ago goes first; what is remembered anew takes nobody’s place', () => {
  const memory = new Map<string, number>()
  for (const [i, key] of ['a', 'b', 'c'].entries()) remember(memory, key, i, 3)
  remember(memory, 'b', 3, 3)
  expect([...memory]).toEqual([
    ['a', 0],
    ['c', 2],
    ['b', 3],
  ])
  remember(memory, 'd', 4, 3)
  remember(memory, 'e', 5, 3)
  expect([...memory.keys()]).toEqual(['b', 'd', 'e'])
})
