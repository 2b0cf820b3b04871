/** What answers of the Directory API mean (its "Limits and quotas", and the errors of `users`). Pure. */
import { isRecord } from '../../core/json-value.ts'
import { PushFailure } from '../outcome.ts'
import { type Answer, isPassing } from '../push.ts'

const SECOND = 1000
/** The quotas are of a minute, and the answer says nothing of when to come again. */
const QUOTA_WAIT = 10 * SECOND
const DAILY_QUOTA_WAIT = 3600 * SECOND

/** What an answer that is no success means for the delivery. */
export function refusal(answer: Answer): PushFailure {
  const { status, detail, retryAfterMs } = answer
  const reasons = reasonsOf(answer)
  const error = `${answer.request}: ${status}${detail ? ` ${detail}` : ''}${reasons[0] ? ` (${reasons[0]})` : ''}`
  const wait = quotaWait(status, reasons)
  if (wait > 0) return new PushFailure({ kind: 'retry', error, retryAfterMs: Math.max(retryAfterMs, wait) })
  if (isPassing(status) || isUnfinished(answer)) return new PushFailure({ kind: 'retry', error, retryAfterMs })
  if (status === 401) return new PushFailure({ kind: 'refused', error })
  if (status === 403) return new PushFailure({ kind: 'forbidden', error })
  // No licence is left; or the address, or what is called: no change of this one person would help.
  if (reasons.includes('limitExceeded') || [402, 404, 405, 406, 415].includes(status) || status < 400) {
    return new PushFailure({ kind: 'blocked', error })
  }
  return new PushFailure({ kind: 'rejected', error })
}

/** 404 as an error of the API: a bare one may be a wrong address. */
export function isGone(answer: Answer): boolean {
  return answer.status === 404 && reasonsOf(answer).some((reason) => /^not_?found$/i.test(reason))
}

/** A user is not whole for some moments after she was made: changes are refused until then. */
function isUnfinished({ status, detail }: Answer): boolean {
  return (status === 412 || status === 403) && /creation is not complete/i.test(detail)
}

function quotaWait(status: number, reasons: readonly string[]): number {
  if (status !== 403 && status !== 429) return 0
  if (reasons.includes('dailyLimitExceeded')) return DAILY_QUOTA_WAIT
  const isQuota = reasons.some((reason) => /^(userRateLimitExceeded|rateLimitExceeded|quotaExceeded)$/.test(reason))
  return isQuota || status === 429 ? QUOTA_WAIT : 0
}

/** `error.errors[].reason`, or `error.status` where there are none. */
function reasonsOf({ json }: Answer): readonly string[] {
  const error = isRecord(json) && isRecord(json.error) ? json.error : {}
  const list = Array.isArray(error.errors) ? error.errors.filter(isRecord).map(({ reason }) => reason) : []
  return [...list, error.status].filter((reason) => typeof reason === 'string')
}
