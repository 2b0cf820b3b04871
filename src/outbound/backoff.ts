const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

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
]
/** A target that wants an administrator's help is asked again this often, in case the help came at its side. */
const BLOCKED_DELAY = 15 * MINUTE
const LONGEST_DOWN_DELAY = 2 * MINUTE
const LONGEST_PAUSE = 30 * SECOND

/**
 * When a delivery whose `attempts`-th attempt failed is tried again. `retryAfterMs` is what the target asked for; it is
 * kept to between the plan and an hour. Deliveries spread over a tenth of the delay, each by its own id.
 */
export function nextAttempt(
  now: Date,
  delivery: { readonly id: string; readonly attempts: number },
  retryAfterMs = 0,
): Date {
  const planned = DELAYS[Math.min(delivery.attempts, DELAYS.length) - 1] ?? SECOND
  const delay = Math.max(planned, Math.min(retryAfterMs, HOUR))
  return new Date(now.getTime() + Math.round(delay * (1 + spreadOf(delivery.id) / 10)))
}

/** A target that did not answer is asked again more often than one that refuses: it is to get all as soon as it is back. */
export function nextDownAttempt(now: Date, delivery: { readonly id: string; readonly attempts: number }): Date {
  const attempts = Math.min(delivery.attempts, DELAYS.indexOf(LONGEST_DOWN_DELAY) + 1)
  return nextAttempt(now, { ...delivery, attempts })
}

/** Until when what else is due for a target waits, after this delivery found that it does not answer. */
export function afterPause(now: Date, delivery: { readonly id: string; readonly attempts: number }): Date {
  return new Date(Math.min(nextDownAttempt(now, delivery).getTime(), now.getTime() + LONGEST_PAUSE))
}

export function nextBlockedAttempt(now: Date, id: string): Date {
  return new Date(now.getTime() + Math.round(BLOCKED_DELAY * (1 + spreadOf(id) / 10)))
}

/** Retry-After as milliseconds: seconds, or a date (RFC 9110 section 10.2.3); 0 if it is neither. */
export function parseRetryAfter(header: string | null, now: Date): number {
  if (header === null) return 0
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * SECOND
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now.getTime())
}

/** From 0 up to 1, the same for the same id. */
function spreadOf(id: string): number {
  let sum = 0
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 1000
  return sum / 1000
}
