import { describe, expect, test } from 'vitest'
import {
  afterPause,
  nextAttempt,
  nextBlockedAttempt,
  nextDownAttempt,
  parseRetryAfter,
} from '../../src/outbound/backoff.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const IDS = Array.from({ length: 200 }, (_, i) => `delivery-${i}`)

const delayOf = (attempts: number, retryAfterMs = 0, id = '') =>
  nextAttempt(NOW, { id, attempts }, retryAfterMs).getTime() - NOW.getTime()

test.each([
  [1, 1000],
  [2, 2000],
  [3, 5000],
  [6, 60_000],
  [10, HOUR],
  [1000, HOUR],
])('after attempt %i the next comes in %i ms', (attempts, delay) => {
  expect(delayOf(attempts)).toBe(delay)
})

test('each wait is at least as long as the one before it', () => {
  const delays = Array.from({ length: 12 }, (_, i) => delayOf(i + 1))
  expect(delays).toEqual([...delays].sort((a, b) => a - b))
})

test('deliveries that failed together do not come back together, and none earlier or a tenth later than planned', () => {
  const delays = IDS.map((id) => delayOf(10, 0, id))
  expect(new Set(delays).size).toBeGreaterThan(50)
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(HOUR)
  expect(Math.max(...delays)).toBeLessThanOrEqual(1.1 * HOUR)
})

test('one delivery comes back at one time, whoever asks', () => {
  expect(delayOf(4, 0, 'delivery-7')).toBe(delayOf(4, 0, 'delivery-7'))
})

test('a target that asks for longer is given it, up to an hour; one that asks for less is not', () => {
  expect(delayOf(1, 30_000)).toBe(30_000)
  expect(delayOf(1, 100 * HOUR)).toBe(HOUR)
  expect(delayOf(6, 1000)).toBe(60_000)
})

test('a blocked delivery is tried again every quarter of an hour', () => {
  const delays = IDS.map((id) => nextBlockedAttempt(NOW, id).getTime() - NOW.getTime())
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(15 * 60_000)
  expect(Math.max(...delays)).toBeLessThanOrEqual(1.1 * 15 * 60_000)
})

describe('Retry-After (RFC 9110 section 10.2.3)', () => {
  test.each([
    ['120', 120_000],
    [' 7 ', 7000],
    ['Sun, 01 Mar 2026 12:00:30 GMT', 30_000],
    ['Sun, 01 Mar 2026 11:59:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['1.5', 0],
    ['', 0],
    [null, 0],
  ])('%j asks for %i ms', (header, ms) => {
    expect(parseRetryAfter(header, NOW)).toBe(ms)
  })
})

test.each([
  [1, 1000],
  [5, 30_000],
  [7, 120_000],
  [1000, 120_000],
])('a target that did not answer attempt %i is asked again in %i ms: two minutes at the most', (attempts, delay) => {
  expect(nextDownAttempt(NOW, { id: '', attempts }).getTime() - NOW.getTime()).toBe(delay)
})

test.each([
  [1, 1000],
  [1000, 30_000],
])('after attempt %i without an answer the others wait %i ms: half a minute at the most', (attempts, delay) => {
  expect(afterPause(NOW, { id: '', attempts }).getTime() - NOW.getTime()).toBe(delay)
})
