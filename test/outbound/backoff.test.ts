import { describe, expect, test } from 'vitest'
import {
  afterRetryAfter,
  isOver,
  nextAttempt,
  nextBlockedAttempt,
  nextDownAttempt,
  nextProbe,
  nextRejectedAttempt,
  parseRetryAfter,
} from '../../src/outbound/backoff.ts'

const NOW = new Date('2026-03-01T12:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** As much as a draw from 0 up to 1 can come to. */
const MOST = 1 - 2 ** -32

const failed = (attempts: number) => ({ attempts })
const since = (date: Date) => date.getTime() - NOW.getTime()
const delayOf = (attempts: number, random: number, retryAfterMs = 0) =>
  since(nextAttempt(NOW, failed(attempts), random, retryAfterMs))

describe('full jitter', () => {
  test.each([
    [1, 1000],
    [2, 2000],
    [3, 5000],
    [6, MINUTE],
    [10, HOUR],
    [11, 6 * HOUR],
    [12, 12 * HOUR],
    [13, DAY],
    [1000, DAY],
  ])('after attempt %i the next comes within %i ms, anywhere in them', (attempts, delay) => {
    expect(delayOf(attempts, MOST)).toBe(delay)
    expect(delayOf(attempts, 0.75)).toBe(0.75 * delay)
  })

  test('but never at once', () => {
    expect(delayOf(1, 0)).toBe(500)
    expect(delayOf(13, 0)).toBe(500)
  })
})

test('a delivery never comes before the target wants it, be that for a day', () => {
  expect(delayOf(1, 0.5, 30_000)).toBe(30_000)
  expect(delayOf(1, 0.5, 100 * DAY)).toBe(DAY)
  expect(delayOf(6, MOST, 1000)).toBe(MINUTE)
})

test('a target that asks for a wait is left alone for as long, up to a day', () => {
  expect(since(afterRetryAfter(NOW, 7000))).toBe(7000)
  expect(since(afterRetryAfter(NOW, 100 * DAY))).toBe(DAY)
})

test('the ladder ends 28 days after the first failure', () => {
  const after = (ms: number) => isOver(new Date(NOW.getTime() + ms), { failingSince: NOW })
  expect(after(28 * DAY - 1)).toBe(false)
  expect(after(28 * DAY)).toBe(true)
  expect(isOver(NOW, { failingSince: null })).toBe(false)
})

test.each([
  [1, 6 * HOUR],
  [2, 12 * HOUR],
  [3, DAY],
  [50, DAY],
])(
  'a resource that was refused %i times is offered again after %i ms, and a tenth more at the most',
  (attempts, delay) => {
    expect(since(nextRejectedAttempt(NOW, failed(attempts), 0))).toBe(delay)
    expect(since(nextRejectedAttempt(NOW, failed(attempts), MOST))).toBeLessThanOrEqual(1.1 * delay)
  },
)

test.each([
  [1, 15 * MINUTE],
  [9, 15 * MINUTE],
  [10, HOUR],
  [13, DAY],
])('a delivery that was blocked at attempt %i is tried again in %i ms, or a tenth later', (attempts, delay) => {
  expect(since(nextBlockedAttempt(NOW, failed(attempts), 0))).toBe(delay)
  expect(since(nextBlockedAttempt(NOW, failed(attempts), MOST))).toBe((11 * delay) / 10)
})

test.each([
  [1, 1000],
  [5, 30_000],
  [7, 2 * MINUTE],
  [1000, 2 * MINUTE],
])(
  'a delivery that was not answered at attempt %i comes again within %i ms: two minutes at the most',
  (attempts, delay) => {
    expect(since(nextDownAttempt(NOW, failed(attempts), MOST))).toBe(delay)
    expect(since(nextDownAttempt(NOW, failed(attempts), 0))).toBe(500)
  },
)

describe('a target that did not answer', () => {
  const probed = (agoMs: number, random = 0) => since(nextProbe(NOW, new Date(NOW.getTime() - agoMs), random))

  test('is left alone for a second at first, then for twice as long each time, up to half a minute', () => {
    expect(since(nextProbe(NOW, undefined, 0))).toBe(1000)
    expect([1000, 2000, 8000, HOUR].map((ago) => probed(ago))).toEqual([2000, 4000, 16_000, 30_000])
  })

  test('is not asked by all its connectors at one moment', () => {
    expect(probed(8000, 0.5)).toBe(14_000)
    expect(probed(8000, MOST)).toBeGreaterThanOrEqual(12_000)
  })
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
