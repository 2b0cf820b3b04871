import { expect, test } from 'vitest'
import { waitsUntil } from '../../src/directory/credentials/lockout.ts'

const LAST = new Date('2026-01-31T08:00:00Z')

test.each([
  [1, 0],
  [4, 0],
  [5, 1],
  [6, 2],
  [7, 4],
  [10, 32],
  [15, 900],
  [1000, 900],
])('after %i wrong passwords in a row the next one waits %i seconds, never for good', (failures, seconds) => {
  expect(waitsUntil(failures, LAST).getTime() - LAST.getTime()).toBe(seconds * 1000)
})
