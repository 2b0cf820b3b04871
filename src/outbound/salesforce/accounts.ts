/** Users of Salesforce, by its REST API (sObject User, Query). */
import { isRecord } from '../../core/json-value.ts'
import type { SalesforceSettings } from '../../db/schema.ts'
import type { Account, Accounts, Changed, Created } from '../accounts/accounts.ts'
import type { Body } from '../body.ts'
import { changedAttributes } from '../diff.ts'
import { PushFailure } from '../outcome.ts'
import type { Call } from '../push.ts'
import { isConflict, isNotFound, isRepeatedPassword, refusal } from './answers.ts'
import { freedUsername, idFieldOf, newUserFields } from './body.ts'

type Api = {
  readonly call: Call
  readonly settings: SalesforceSettings
  /** Ours. */
  readonly id: string
  /** Of all users, of one, and of what SOQL finds. */
  readonly users: string
  at(remoteId: string): string
  query(soql: string): string
}

/** `id` is ours. */
export function salesforceAccounts(call: Call, settings: SalesforceSettings, id: string): Accounts {
  const users = `${dataOf(settings)}/sobjects/User`
  const at = (remoteId: string) => `${users}/${encodeURIComponent(remoteId)}`
  const api: Api = { call, settings, id, users, at, query: (soql) => queryOf(settings, soql) }
  return {
    findMarked: () => findMarked(api),
    findNamed: ({ Username }) => find(api, 'Username', String(Username)),
    create: (body, password) => create(api, body, password),
    change: (remoteId, changes, password) => change(api, remoteId, changedAttributes(changes), password),
    replace: (remoteId, body, password) => replace(api, remoteId, body, password),
    remove: (remoteId) => remove(api, remoteId),
  }
}

/** The least that a credential must be good for. */
export function aSalesforceUser(settings: SalesforceSettings): string {
  return queryOf(settings, 'SELECT Id FROM User LIMIT 1')
}

function dataOf({ domainName, apiVersion }: SalesforceSettings): string {
  return `${domainName.replace(/\/+$/, '')}/services/data/${apiVersion}`
}

function queryOf(settings: SalesforceSettings, soql: string): string {
  return `${dataOf(settings)}/query?q=${encodeURIComponent(soql)}`
}

async function findMarked(api: Api): Promise<Account | undefined> {
  const field = idFieldOf(api.settings)
  return field === undefined ? undefined : find(api, field, api.id)
}

/** Undefined if there is none. Both fields are unique in an organization. */
async function find(api: Api, field: string, value: string): Promise<Account | undefined> {
  const idField = idFieldOf(api.settings)
  const fields = ['Id', ...(idField === undefined ? [] : [idField])].join(', ')
  const soql = `SELECT ${fields} FROM User WHERE ${field} = '${escaped(value)}' LIMIT 2`
  const answer = await api.call('GET', api.query(soql))
  if (answer.status !== 200) throw refusal(answer)
  const [first] = recordsOf(answer.json)
  if (typeof first?.Id !== 'string') return undefined
  const mark = idField === undefined ? undefined : first[idField]
  return { remoteId: first.Id, externalId: typeof mark === 'string' ? mark : undefined }
}

/** For a text in a query of SOQL. */
function escaped(text: string): string {
  return text.replaceAll(/[\\']/g, (character) => `\\${character}`)
}

async function create(api: Api, body: Body, password: string | undefined): Promise<Created> {
  const answer = await api.call('POST', api.users, { ...newUserFields(body, api.settings), ...body })
  if (isConflict(answer)) return { kind: 'taken', refusal: refusal(answer) }
  if (answer.status !== 201) throw refusal(answer)
  const { json } = answer
  if (!isRecord(json) || typeof json.id !== 'string') {
    throw new PushFailure({ kind: 'blocked', error: `${answer.request}: the answer has no id.` })
  }
  if (password !== undefined) await setPassword(api, json.id, password, false)
  return { kind: 'created', remoteId: json.id }
}

async function change(
  api: Api,
  remoteId: string,
  changes: Record<string, unknown>,
  password: string | undefined,
): Promise<Changed> {
  const changed = Object.keys(changes).length > 0 ? await patch(api, remoteId, changes) : ({ kind: 'done' } as const)
  if (changed.kind === 'done' && password !== undefined) await setPassword(api, remoteId, password, false)
  return changed
}

/** All of it. The field of our id keeps what somebody else wrote there. */
async function replace(api: Api, remoteId: string, body: Body, password: string | undefined): Promise<Changed> {
  const idField = idFieldOf(api.settings)
  const present = await api.call('GET', `${api.at(remoteId)}?fields=${['Id', idField ?? 'Username'].join(',')}`)
  if (isNotFound(present)) return confirmGone(api, remoteId)
  if (present.status !== 200) throw refusal(present)
  const mark = idField !== undefined && isRecord(present.json) ? present.json[idField] : undefined
  const { [idField ?? '']: ours, ...rest } = body
  const isFree = mark === null || mark === undefined || mark === ''
  const changed = await patch(api, remoteId, idField !== undefined && isFree ? { ...rest, [idField]: ours } : rest)
  if (changed.kind === 'done' && password !== undefined) await setPassword(api, remoteId, password, true)
  return changed
}

async function patch(api: Api, remoteId: string, changes: Record<string, unknown>): Promise<Changed> {
  const answer = await api.call('PATCH', api.at(remoteId), changes)
  if (isNotFound(answer)) return confirmGone(api, remoteId)
  if (isConflict(answer)) return { kind: 'taken', refusal: refusal(answer) }
  if (answer.status !== 204 && answer.status !== 200) throw refusal(answer)
  return { kind: 'done' }
}

/** Users are never deleted, and a wrong address says the same: it is gone if a query that works does not find it. */
async function confirmGone(api: Api, remoteId: string): Promise<Changed> {
  const answer = await api.call('GET', api.query(`SELECT Id FROM User WHERE Id = '${escaped(remoteId)}'`))
  if (answer.status !== 200) throw refusal(answer)
  if (recordsOf(answer.json).length === 0) return { kind: 'gone' }
  throw new PushFailure({ kind: 'blocked', error: `${remoteId} is there, and cannot be read or changed.` })
}

/** Apart from the user (sObject User Password). `mayBeThere`: an earlier attempt may have set it. */
async function setPassword(api: Api, remoteId: string, password: string, mayBeThere: boolean): Promise<void> {
  const answer = await api.call('POST', `${api.at(remoteId)}/password`, { NewPassword: password })
  if (answer.status === 204 || answer.status === 200 || (mayBeThere && isRepeatedPassword(answer))) return
  throw refusal(answer)
}

/** There is no DELETE: she is deactivated, and her Username is free. */
async function remove(api: Api, remoteId: string): Promise<void> {
  const present = await api.call('GET', `${api.at(remoteId)}?fields=Username,IsActive`)
  if (isNotFound(present)) return void (await confirmGone(api, remoteId))
  if (present.status !== 200 || !isRecord(present.json)) throw refusal(present)
  const Username = freedUsername(String(present.json.Username), api.id)
  if (Username === present.json.Username && present.json.IsActive === false) return
  const changed = await patch(api, remoteId, { IsActive: false, Username })
  if (changed.kind === 'taken') throw changed.refusal
}

function recordsOf(json: unknown): readonly Record<string, unknown>[] {
  return isRecord(json) && Array.isArray(json.records) ? json.records.filter(isRecord) : []
}
