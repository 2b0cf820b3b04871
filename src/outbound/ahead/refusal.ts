/** What it means to the caller that a target did not take a change first. Pure. */
import { NotPushed } from '../../core/errors.ts'
import { DEFAULT_GUARD_PERCENT, isTooMuch, type Removals } from '../guard/rules.ts'
import type { PushOutcome } from '../outcome.ts'
import type { Attempt } from '../push.ts'
import type { Ahead } from './queries.ts'

/** Throws NotPushed for a target that is paused, or is left alone for a while. */
export function demandReady(wanted: readonly Ahead[], now: Date): void {
  for (const ahead of wanted) {
    if (ahead.pausedAt !== null) throw notAsked(502, ahead, `it is paused. ${ahead.pauseReason ?? ''}`.trim())
    const wait = (ahead.waitUntil ?? 0) - now.getTime()
    if (wait > 0) throw notAsked(503, ahead, 'it does not answer, or wants to be left alone', wait)
  }
}

/** Throws NotPushed for a removal that the deletion guard would hold: a request cannot wait for somebody's yes. */
export function demandFew(ahead: Ahead, removals: Removals, percent = DEFAULT_GUARD_PERCENT): void {
  if (!isTooMuch({ ...removals, waiting: removals.waiting + 1 }, percent)) return
  throw notAsked(
    503,
    ahead,
    'its deletion guard lets no more go within a day, unless somebody allows it on the page of the connector',
  )
}

/** Another request or delivery is at it. */
export function isBusy(ahead: Ahead): NotPushed {
  return notAsked(503, ahead, 'it is being sent something already', 1000)
}

/** In the target's own words, without our request. */
export function refusedBy(ahead: Ahead, outcome: Exclude<PushOutcome, { kind: 'done' }>): NotPushed {
  const retryAfterMs = outcome.kind === 'retry' ? outcome.retryAfterMs : 0
  return notAsked(502, ahead, outcome.error.replace(/^[A-Z]+ \S+: /, ''), retryAfterMs)
}

/**
 * Whether the target may have changed anything for these requests: one was taken, or nobody knows. What was not let out
 * of the house (a request that `outcome` says is blocked) changed nothing.
 */
export function mayHaveDone(attempts: readonly Attempt[], outcome: PushOutcome): boolean {
  const sent = attempts.filter(
    ({ status }, i) => status !== undefined || outcome.kind !== 'blocked' || i < attempts.length - 1,
  )
  return sent.some(({ method, status }) => method !== 'GET' && isTakenOrUnknown(status))
}

/** 408 and what 5xx says may come from something in between, after the target did it; 501 comes before. */
function isTakenOrUnknown(status: number | undefined): boolean {
  if (status === undefined || status === 408) return true
  return (status >= 200 && status < 300) || (status >= 500 && status !== 501)
}

function notAsked(status: 502 | 503, { connection, connector }: Ahead, words: string, waitMs = 0): NotPushed {
  const detail = `${connection}, ${connector} has to take this first, and did not: ${words}`
  return new NotPushed(status, detail, waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined)
}
