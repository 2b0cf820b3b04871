/** What answers of Salesforce's REST API mean ("Status Codes and Error Responses"). Pure. */
import { isRecord } from '../../core/json-value.ts'
import { PushFailure } from '../outcome.ts'
import { type Answer, isPassing } from '../push.ts'

/** The limit is of the last 24 hours: some of it is free again after a while. */
const LIMIT_WAIT = 15 * 60_000
const CONFLICTS = ['DUPLICATE_USERNAME', 'DUPLICATE_VALUE', 'DUPLICATE_EXTERNAL_ID']
/** Licences, or what the connector is set to: no change of this one person would help. */
const SOMEBODYS_TURN = [
  'LICENSE_LIMIT_EXCEEDED',
  'API_DISABLED_FOR_ORG',
  'INVALID_TYPE',
  'INVALID_FIELD',
  'INVALID_FIELD_FOR_INSERT_UPDATE',
  'INVALID_CROSS_REFERENCE_KEY',
]
const FORBIDDEN = [
  'INSUFFICIENT_ACCESS',
  'INSUFFICIENT_ACCESS_OR_READONLY',
  'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY',
]

/** What an answer that is no success means for the delivery. */
export function refusal(answer: Answer): PushFailure {
  const { status, detail, retryAfterMs } = answer
  const codes = codesOf(answer)
  const has = (list: readonly string[]) => codes.some((code) => list.includes(code))
  const error = `${answer.request}: ${status}${detail ? ` ${detail}` : ''}`
  if (has(['REQUEST_LIMIT_EXCEEDED'])) {
    return new PushFailure({ kind: 'retry', error, retryAfterMs: Math.max(retryAfterMs, LIMIT_WAIT) })
  }
  // A row that somebody else is changing is 400.
  if (isPassing(status) || has(['UNABLE_TO_LOCK_ROW'])) return new PushFailure({ kind: 'retry', error, retryAfterMs })
  if (status === 401) return new PushFailure({ kind: 'refused', error })
  if (has(SOMEBODYS_TURN)) return new PushFailure({ kind: 'blocked', error })
  if (status === 403 || has(FORBIDDEN)) return new PushFailure({ kind: 'forbidden', error })
  if ([402, 404, 405, 406, 415].includes(status) || status < 400) return new PushFailure({ kind: 'blocked', error })
  return new PushFailure({ kind: 'rejected', error })
}

/** Somebody has the Username, in this organization or another one, or the field that holds our id. */
export function isConflict(answer: Answer): boolean {
  return answer.status >= 400 && codesOf(answer).some((code) => CONFLICTS.includes(code))
}

/** 404 in the API's own words, which it has for a wrong version as well: it has to be confirmed. */
export function isNotFound(answer: Answer): boolean {
  return answer.status === 404 && codesOf(answer).some((code) => code === 'NOT_FOUND' || code === 'ENTITY_IS_DELETED')
}

/** It is one of the last passwords: most likely the last, if it is sent again. */
export function isRepeatedPassword(answer: Answer): boolean {
  return codesOf(answer).includes('INVALID_NEW_PASSWORD') && /repeat|reuse/i.test(answer.detail)
}

/** `errorCode` of each of the errors. */
function codesOf({ json }: Answer): readonly string[] {
  const list: readonly unknown[] = Array.isArray(json) ? json : [json]
  return list.filter(isRecord).flatMap(({ errorCode }) => (typeof errorCode === 'string' ? [errorCode] : []))
}
