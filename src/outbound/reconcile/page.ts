/** A page of what a target has, by cursor or by index, as it really answers (RFC 7644 section 3.4.2.4, RFC 9865). */
import { isRecord } from '../../core/json-value.ts'
import type { ReconciliationPosition, ProvisionedType } from '../../db/schema.ts'
import { PushFailure } from '../outcome.ts'
import { type Answer, type Call, isPassing } from '../push.ts'
import { isGone, listOf, refusal } from '../scim2/answers.ts'

/** A resource as the target gives it. */
export type Remote = Record<string, unknown> & { readonly id: string }

export type Page = {
  readonly resources: readonly Remote[]
  /** Undefined behind the last page. */
  readonly next: ReconciliationPosition | undefined
}

/** So many are asked for at once; less after an answer that was too much. */
const USERS_AT_ONCE = 100
/** Each of them is asked for its members, too. */
const GROUPS_AT_ONCE = 20

/** The cursor is worth nothing any more: the phase begins again. */
export class CursorLost extends Error {}

/** Throws PushFailure, or CursorLost. */
export async function readPage(
  call: Call,
  endpoint: string,
  type: ProvisionedType,
  position: ReconciliationPosition,
): Promise<Page> {
  const count = countOf(type, position)
  const answer = await call('GET', `${endpoint}?${queryOf(type, position, count)}`)
  if (isCursorLost(answer) && position.cursor !== undefined) throw new CursorLost()
  if (answer.status !== 200) throw refusal(answer)
  const resources = listOf(answer.json).filter(isRemote)
  // Nothing, or the page before once more: the end, whatever the target says that there is.
  if (resources.length === 0 || resources[0]?.id === position.firstId) return { resources: [], next: undefined }
  return { resources, next: behind(answer.json, resources, position, count) }
}

/** Whether it has more, and where. */
function behind(json: unknown, resources: readonly Remote[], position: ReconciliationPosition, count: number) {
  const { nextCursor, totalResults } = isRecord(json) ? json : {}
  const next = { ...position, firstId: resources[0]?.id ?? '' }
  if (position.byCursor) {
    const isMore = typeof nextCursor === 'string' && nextCursor !== '' && nextCursor !== position.cursor
    return isMore ? { ...next, cursor: nextCursor } : undefined
  }
  const startIndex = (position.startIndex ?? 1) + resources.length
  // A full page may have another behind it, whatever the total is said to be.
  const isLast = typeof totalResults === 'number' && startIndex > totalResults && resources.length < count
  return isLast ? undefined : { ...next, startIndex }
}

function queryOf(type: ProvisionedType, { byCursor, cursor, startIndex = 1 }: ReconciliationPosition, count: number) {
  const query = new URLSearchParams({ count: String(count) })
  if (byCursor) query.set('cursor', cursor ?? '')
  else query.set('startIndex', String(startIndex))
  // Who is in a group is asked group by group: one of a hundred thousand would not let its neighbours through.
  if (type === 'Group') query.set('excludedAttributes', 'members')
  return query.toString()
}

export function countOf(type: ProvisionedType, { count }: ReconciliationPosition): number {
  return count ?? (type === 'User' ? USERS_AT_ONCE : GROUPS_AT_ONCE)
}

function isCursorLost({ status, json }: Answer): boolean {
  return status === 400 && isRecord(json) && ['invalidCursor', 'expiredCursor'].includes(String(json.scimType))
}

/** What the target has under an id; 'gone' if it says, in SCIM, that it has nothing there; 'unread' if it is too long. */
export async function readOne(
  call: Call,
  endpoint: string,
  id: string,
  isGroup = false,
): Promise<Remote | 'gone' | 'unread'> {
  const query = isGroup ? '?excludedAttributes=members' : ''
  const answer = await call('GET', `${endpoint}/${encodeURIComponent(id)}${query}`).catch((error: unknown) => {
    if (isTooLarge(error)) return undefined
    throw error
  })
  if (!answer) return 'unread'
  if (isGone(answer)) return 'gone'
  if (answer.status !== 200 || !isRemote(answer.json)) throw refusal(answer)
  return answer.json
}

/** Whether the target says that it pages by cursor (RFC 9865 section 4). What says nothing of itself is paged by index. */
export async function offersCursor(call: Call, userEndpoint: string): Promise<boolean> {
  const answer = await call('GET', userEndpoint.replace(/\/[^/]+$/, '/ServiceProviderConfig'))
  if (isPassing(answer.status)) throw refusal(answer)
  const { json } = answer
  return answer.status === 200 && isRecord(json) && isRecord(json.pagination) && json.pagination.cursor === true
}

/** More than MAX_RESPONSE_BYTES, in the words of the guarded fetch. */
export function isTooLarge(error: unknown): boolean {
  return (
    error instanceof PushFailure &&
    error.outcome.kind === 'down' &&
    /the answer is over \d+ bytes/.test(error.outcome.error)
  )
}

/** What it is called there. */
export function nameIn({ userName, displayName, id }: Remote): string {
  return String(userName ?? displayName ?? id)
}

function isRemote(value: unknown): value is Remote {
  return isRecord(value) && typeof value.id === 'string' && value.id !== ''
}
