import { expect, test } from 'vitest'
import { newAllowance } from '../../src/runtime/allowance.ts'

const LIMITS = { stopAfter: 2, cutAfter: 3, stopAfterMs: 1000 }

test('nothing more is begun after so many subrequests, and a little later what is under way is cut', () => {
  const allowance = newAllowance(() => new Date(0), LIMITS)
  const states = [1, 2, 3].map(() => {
    allowance.count()
    return [allowance.isStopped(), allowance.signal.aborted]
  })
  expect(states).toEqual([
    [false, false],
    [true, false],
    [true, true],
  ])
})

test('nothing more is begun after so long, and what is under way may end', () => {
  let at = 0
  const allowance = newAllowance(() => new Date(at), LIMITS)
  at = 999
  expect(allowance.isStopped()).toBe(false)
  at = 1000
  expect([allowance.isStopped(), allowance.signal.aborted]).toEqual([true, false])
})
