/** What a target's answers mean (RFC 7644 section 3.12). Pure. */
import { isRecord } from '../../core/json-value.ts'
import { PushFailure } from '../outcome.ts'
import { type Answer, isPassing } from '../push.ts'

/** What an answer that is no success means for the delivery. */
export function refusal(answer: Answer): PushFailure {
  const { status, detail, retryAfterMs } = answer
  const error = `${answer.request}: ${status}${detail ? ` ${detail}` : ''}`
  if (isPassing(status)) return new PushFailure({ kind: 'retry', error, retryAfterMs })
  if (status === 401) return new PushFailure({ kind: 'refused', error })
  if (status === 403) return new PushFailure({ kind: 'forbidden', error })
  // The address, or what the target can do: no change of this one resource would help.
  if ([402, 404, 405, 406, 415, 421].includes(status) || status < 400)
    return new PushFailure({ kind: 'blocked', error })
  return new PushFailure({ kind: 'rejected', error })
}

/** 404 or 410 as a SCIM Error. A bare 404 may be a wrong address, or a target without this method: not "gone". */
export function isGone({ status, json }: Answer): boolean {
  if (status !== 404 && status !== 410) return false
  return (
    isRecord(json) &&
    Array.isArray(json.schemas) &&
    json.schemas.some((schema) => /api:messages:2\.0:Error$/i.test(String(schema)))
  )
}

/** The target has no such method, in one of the ways in which servers say so. */
export function isUnsupported(answer: Answer): boolean {
  return [405, 501].includes(answer.status) || (answer.status === 404 && !isGone(answer))
}

/** Nothing matched what was to be removed: it is not there, which is what was wanted. */
export function isNoTarget({ status, json }: Answer): boolean {
  return status === 400 && isRecord(json) && json.scimType === 'noTarget'
}

export function idOf({ json }: Answer): string | undefined {
  return isRecord(json) && typeof json.id === 'string' && json.id !== '' ? json.id : undefined
}

export function listOf(json: unknown): readonly unknown[] {
  return isRecord(json) && Array.isArray(json.Resources) ? json.Resources : []
}
