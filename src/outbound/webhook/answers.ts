/** What the answer of a webhook's receiver means (Standard Webhooks, "Operational considerations"). Pure. */
import { PushFailure } from '../outcome.ts'
import { type Answer, isPassing } from '../push.ts'

/** Throws unless the event arrived: any 2xx says so. */
export function demandHeard({ status, detail, request, retryAfterMs }: Answer): void {
  if (status >= 200 && status < 300) return
  const error = `${request}: ${status}${detail ? ` ${detail}` : ''}`
  if (isPassing(status)) throw new PushFailure({ kind: 'retry', error, retryAfterMs })
  if (status === 401) throw new PushFailure({ kind: 'refused', error })
  if (status === 403) throw new PushFailure({ kind: 'forbidden', error })
  if (status === 410) throw new PushFailure({ kind: 'refused', error: `${error} The receiver wants no more events.` })
  throw new PushFailure({ kind: 'blocked', error })
}
