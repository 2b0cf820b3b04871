/** When what failed is tried again. Pure: `random` is from 0 up to 1. */
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Close together at first, for a target that restarts; then ever further apart. Milliseconds. */
const DELAYS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
]
/** However short the draw: no delivery runs in circles. */
const LEAST_DELAY = SECOND / 2
/** A target that wants an administrator's help is asked again this often, in case the help came at its side. */
const BLOCKED_DELAY = 15 * MINUTE
/** One resource that is refused as it is: seldom, for it is the resource that has to change. */
const REJECTED_DELAYS = [6 * HOUR, 12 * HOUR, DAY]
const LONGEST_DOWN_DELAY = 2 * MINUTE
const LONGEST_WAIT = 30 * SECOND
/** Longer than any target asks for in earnest; a clock that is wrong may ask for years. */
const LONGEST_RETRY_AFTER = DAY
/** After so long nobody waits for it any more: it is a dead letter, until somebody tries it again. */
const LADDER = 28 * DAY

type Delivery = { readonly attempts: number }

/**
 * When a delivery whose `attempts`-th attempt failed is tried again, with full jitter: deliveries that failed together
 * come back spread over the whole delay, of which the target sees the least load. It never comes before `retryAfterMs`.
 */
export function nextAttempt(now: Date, { attempts }: Delivery, random: number, retryAfterMs = 0): Date {
  return later(now, Math.max(spread(plannedAfter(attempts), random), waitAsked(retryAfterMs)))
}

/** A target that did not answer is asked again more often than one that refuses: it is to get all as soon as it is back. */
export function nextDownAttempt(now: Date, { attempts }: Delivery, random: number): Date {
  return later(now, spread(Math.min(plannedAfter(attempts), LONGEST_DOWN_DELAY), random))
}

/** Never sooner than the quarter of an hour, nor than the ladder has it. */
export function nextBlockedAttempt(now: Date, { attempts }: Delivery, random: number): Date {
  return later(now, Math.max(plannedAfter(attempts), BLOCKED_DELAY) * (1 + random / 10))
}

/** When a resource that is refused as it is gets another try, if nobody changes it before. */
export function nextRejectedAttempt(now: Date, { attempts }: Delivery, random: number): Date {
  const planned = REJECTED_DELAYS[Math.min(attempts, REJECTED_DELAYS.length) - 1] ?? DAY
  return later(now, planned * (1 + random / 10))
}

/** Whether a delivery that fails once more has failed for long enough, since nobody changed it nor tried it by hand. */
export function isOver(now: Date, { failingSince }: { readonly failingSince: Date | null }): boolean {
  return failingSince !== null && now.getTime() - failingSince.getTime() >= LADDER
}

/**
 * How long a target that did not answer is left alone before one delivery is sent to see: a second at first, then twice
 * as long as it was left alone before.
 */
export function nextProbe(now: Date, lastFailure: Date | undefined, random: number): Date {
  const before = lastFailure === undefined ? 0 : now.getTime() - lastFailure.getTime()
  const planned = Math.min(Math.max(2 * before, SECOND), LONGEST_WAIT)
  return later(now, planned * (1 - random / 4))
}

/** Until when a target that asks for it is left alone. */
export function afterRetryAfter(now: Date, retryAfterMs: number): Date {
  return later(now, waitAsked(retryAfterMs))
}

/** Retry-After as milliseconds: seconds, or a date (RFC 9110 section 10.2.3); 0 if it is neither. */
export function parseRetryAfter(header: string | null, now: Date): number {
  if (header === null) return 0
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now.getTime())
}

function plannedAfter(attempts: number): number {
  return DELAYS[Math.min(attempts, DELAYS.length) - 1] ?? SECOND
}

function spread(planned: number, random: number): number {
  return Math.max(LEAST_DELAY, planned * random)
}

function waitAsked(retryAfterMs: number): number {
  return Math.min(retryAfterMs, LONGEST_RETRY_AFTER)
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + Math.ceil(ms))
}
