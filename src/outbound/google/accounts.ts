/** Users of Google Workspace, by the Directory API (developers.google.com/workspace/admin/directory/v1). */
import { randomToken } from '../../core/crypto.ts'
import { isRecord } from '../../core/json-value.ts'
import type { GoogleSettings } from '../../db/schema.ts'
import { GOOGLE_API_URL } from '../../connections/connectors/types.ts'
import type { Account, Accounts, Changed, Created } from '../accounts/accounts.ts'
import type { Body } from '../body.ts'
import { changedAttributes } from '../diff.ts'
import { PushFailure } from '../outcome.ts'
import type { Answer, Call } from '../push.ts'
import { isGone, refusal } from './answers.ts'
import { isOurType, ourExternalId } from './body.ts'

/** `id` is ours. */
export function googleAccounts(call: Call, settings: GoogleSettings, id: string): Accounts {
  const users = usersOf(settings)
  const at = (key: string) => `${users}/${encodeURIComponent(key)}`
  return {
    findMarked: () => findMarked(call, users, id),
    findNamed: ({ primaryEmail }) => findNamed(call, at(String(primaryEmail)), String(primaryEmail), id),
    create: (body, password) => create(call, users, body, password),
    change: (remoteId, changes, password) =>
      patch(call, at(remoteId), withPassword(changedAttributes(changes), password)),
    replace: (remoteId, body, password) => replace(call, at(remoteId), body, password, id),
    remove: (remoteId) => remove(call, at(remoteId), settings),
  }
}

/** The least that a credential must be good for. */
export function aUser(settings: GoogleSettings): string {
  return `${usersOf(settings)}?customer=my_customer&maxResults=1`
}

function usersOf({ apiUrl = GOOGLE_API_URL }: GoogleSettings): string {
  return `${apiUrl.replace(/\/+$/, '')}/admin/directory/v1/users`
}

/** The index of the search is behind by minutes or hours: who is not found may be there, and is then found by name. */
async function findMarked(call: Call, users: string, id: string): Promise<Account | undefined> {
  const query = new URLSearchParams({ customer: 'my_customer', query: `externalId='${id}'`, maxResults: '10' })
  const answer = await call('GET', `${users}?${query}`)
  if (answer.status !== 200) throw refusal(answer)
  const { json } = answer
  const found = isRecord(json) && Array.isArray(json.users) ? json.users.map((one) => accountOf(one, id)) : []
  return found.find((account) => account?.externalId === id)
}

/** A key is an address, too, or an alias of one: whose alias it is has another address. */
async function findNamed(call: Call, url: string, email: string, id: string): Promise<Account | undefined> {
  const answer = await call('GET', url)
  if (isGone(answer)) return undefined
  if (answer.status !== 200) throw refusal(answer)
  const { json } = answer
  const account = accountOf(json, id)
  if (!account || !isRecord(json)) return undefined
  if (String(json.primaryEmail).toLowerCase() === email.toLowerCase()) return account
  const error = `${email} is an alias of ${String(json.primaryEmail)} at Google: take it away there.`
  throw new PushFailure({ kind: 'rejected', error })
}

function accountOf(json: unknown, id: string): Account | undefined {
  if (!isRecord(json) || typeof json.id !== 'string') return undefined
  const marks = externalIdsOf(json).filter(isOurType)
  const externalId = (marks.find(({ value }) => value === id) ?? marks[0])?.value
  // The mailbox of who has left is nobody else's, whatever it is called.
  const isLeavers = json.suspended === true && externalId !== undefined && externalId !== id
  const keptBecause = isLeavers
    ? `${String(json.primaryEmail)} is suspended, and was somebody else's from here: delete or rename it at Google.`
    : undefined
  return { remoteId: json.id, externalId, keptBecause }
}

async function create(call: Call, users: string, body: Body, password: string | undefined): Promise<Created> {
  // Google demands one. Nobody knows this: who has it signs in by single sign-on, or has it set anew.
  const answer = await call('POST', users, { ...body, password: password ?? randomToken() })
  if (answer.status === 409) return taken(answer)
  if (answer.status !== 200 && answer.status !== 201) throw refusal(answer)
  const { json } = answer
  if (isRecord(json) && typeof json.id === 'string') return { kind: 'created', remoteId: json.id }
  throw new PushFailure({ kind: 'blocked', error: `${answer.request}: the answer has no id.` })
}

async function patch(call: Call, url: string, changes: Record<string, unknown>): Promise<Changed> {
  const answer = await call('PATCH', url, changes)
  if (isGone(answer)) return confirmGone(call, url)
  if (answer.status === 409) return taken(answer)
  if (answer.status !== 200) throw refusal(answer)
  return { kind: 'done' }
}

/** What was made a moment ago is not known to all of Google's servers yet. */
async function confirmGone(call: Call, url: string): Promise<Changed> {
  const answer = await call('GET', url)
  if (isGone(answer)) return { kind: 'gone' }
  if (answer.status !== 200) throw refusal(answer)
  throw new PushFailure({ kind: 'retry', error: `PATCH ${url}: 404, but it is there.`, retryAfterMs: 0 })
}

/** All of it. A list goes as a whole: other identifiers than ours stay as they are. */
async function replace(
  call: Call,
  url: string,
  body: Body,
  password: string | undefined,
  id: string,
): Promise<Changed> {
  const present = await call('GET', url)
  if (isGone(present)) return { kind: 'gone' }
  if (present.status !== 200) throw refusal(present)
  const others = externalIdsOf(present.json).filter((entry) => !isOurType(entry))
  return patch(call, url, withPassword({ ...body, externalIds: [...others, ourExternalId(id)] }, password))
}

async function remove(call: Call, url: string, { deprovisioning }: GoogleSettings): Promise<void> {
  const isKept = deprovisioning === 'suspend'
  const answer = isKept ? await call('PATCH', url, { suspended: true }) : await call('DELETE', url)
  if (!isGone(answer) && answer.status !== 200 && answer.status !== 204) throw refusal(answer)
}

function taken(answer: Answer): { readonly kind: 'taken'; readonly refusal: PushFailure } {
  return { kind: 'taken', refusal: refusal(answer) }
}

function externalIdsOf(json: unknown): readonly unknown[] {
  return isRecord(json) && Array.isArray(json.externalIds) ? json.externalIds : []
}

function withPassword(body: Record<string, unknown>, password: string | undefined): Record<string, unknown> {
  return password === undefined ? body : { ...body, password }
}
