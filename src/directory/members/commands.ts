/** What groups and roles have in common: members in rows of their own, and a version that those raise. */
import { ScimError } from '../../core/errors.ts'
import { DEMAND_ONE_CHANGE, StaleRow, type Statement } from '../../db/open.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Source } from '../list/columns.ts'
import { memberWhere } from '../list/where.ts'
import { hasOutboundChoice, markGroupsOf } from '../outbox.ts'
import type { MemberChange } from './edit.ts'
import { memberIdsOf } from './queries.ts'

/** How often a change is tried again when another request changed the same resource in between: of those at once, one is made. */
const UPDATE_TRIES = 100

export type MemberType = 'User' | 'Group'
/** Whose members, and what an attribute's may be. */
export type Owner = {
  readonly table: 'groups' | 'roles'
  readonly members: 'group_members' | 'role_members'
  readonly key: 'group_id' | 'role_id'
  readonly types: (attribute: string) => readonly MemberType[]
}

export const GROUPS: Owner = {
  table: 'groups',
  members: 'group_members',
  key: 'group_id',
  types: () => ['User', 'Group'],
}
export const ROLES: Owner = {
  table: 'roles',
  members: 'role_members',
  key: 'role_id',
  types: (attribute) => (attribute === 'users' ? ['User'] : ['Group']),
}

/** Each change of members, and a new version if it changed anything. */
export function memberStatements(
  scope: Scope,
  owner: Owner,
  source: Source,
  id: string,
  change: MemberChange,
): Statement[] {
  const raise = raiseVersion(scope, owner, id)
  const types = JSON.stringify(owner.types(change.attribute))
  const remove = (condition: Sql) =>
    sql`delete from ${verbatim(owner.members)} where tenant_id = ${scope.tenantId} and ${verbatim(owner.key)} = ${id}
      and member_type in (select value from json_each(${types})) and ${condition}`
  if (change.kind === 'removeWhere') {
    return [
      remove(memberWhere(source, change.attribute, change.filter, id, verbatim(`${owner.members}.member_id`))),
      raise,
    ]
  }
  const isNamed = sql`member_id in (select value from json_each(${JSON.stringify(change.ids)}))`
  const add = addMembers(scope, owner, id, change).flatMap((statement) => [statement, raise])
  switch (change.kind) {
    case 'add':
      return add
    case 'remove':
      return [remove(isNamed), raise]
    case 'replace':
      return [remove(sql`not ${isNamed}`), raise, ...add]
  }
}

/** Adds those of the ids that are here, however many: they travel as one JSON value. */
export function addMembers(
  { tenantId }: Scope,
  owner: Owner,
  id: string,
  { attribute, ids }: { readonly attribute: string; readonly ids: readonly string[] },
): Statement[] {
  if (ids.length === 0) return []
  return owner.types(attribute).map(
    (type) =>
      sql`insert into ${verbatim(owner.members)} (tenant_id, ${verbatim(owner.key)}, member_id, member_type)
        select ${tenantId}, ${id}, m.id, ${type} from ${verbatim(type === 'User' ? 'users' : 'groups')} m
        where m.tenant_id = ${tenantId} and m.id in (select value from json_each(${JSON.stringify(ids)}))
        on conflict do nothing`,
  )
}

function raiseVersion({ tenantId, now }: Scope, owner: Owner, id: string): Statement {
  return sql`update ${verbatim(owner.table)} set version = version + 1, last_modified = ${now}
    where tenant_id = ${tenantId} and id = ${id} and changes() > 0`
}

/** Ends the batch if the resource is gone, or at another version than the client expects. */
export function hold({ tenantId }: Scope, owner: Owner, id: string, expectedVersion: number | undefined): Statement[] {
  const isExpected = expectedVersion === undefined ? sql`1` : sql`version = ${expectedVersion}`
  return [
    sql`update ${verbatim(owner.table)} set version = version where tenant_id = ${tenantId} and id = ${id}
      and ${isExpected}`,
    DEMAND_ONE_CHANGE,
  ]
}

/** Takes a user or group out of all groups and roles; those that she was in are changed by it. */
export function leaveEverything(scope: Scope, memberId: string): Statement[] {
  const { tenantId, now } = scope
  const leave = [GROUPS, ROLES].flatMap(({ table, members, key }) => [
    sql`update ${verbatim(table)} set version = version + 1, last_modified = ${now} where tenant_id = ${tenantId}
      and id in (select ${verbatim(key)} from ${verbatim(members)} where tenant_id = ${tenantId} and member_id = ${memberId})`,
    sql`delete from ${verbatim(members)} where tenant_id = ${tenantId} and member_id = ${memberId}`,
  ])
  return [markGroupsOf(scope, memberId), ...leave]
}

/**
 * Those whose roles may be others after these changes: nobody, unless a connection chooses its people by roles or groups. Only
 * then, and only if the changes do not name them, are the members read.
 */
export async function affectedBy(
  scope: Scope,
  owner: Owner,
  id: string,
  changes: readonly MemberChange[],
): Promise<string[]> {
  if (changes.length === 0 || !(await hasOutboundChoice(scope))) return []
  const named = changes.flatMap((change) => ('ids' in change ? change.ids : []))
  const isNamed = changes.every((change) => change.kind === 'add' || change.kind === 'remove')
  return [...new Set([...named, ...(isNamed ? [] : await memberIdsOf(scope, owner, id))])]
}

/** Tries a change again as long as another request changed the same resource in between. */
export async function untilSettled<T>(change: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await change()
    } catch (error) {
      if (!(error instanceof StaleRow)) throw error
      if (tries === UPDATE_TRIES) {
        throw new ScimError(503, 'Others change the same resource all the time: try again.', { cause: error })
      }
    }
  }
}

/** The versions that If-Match allows (RFC 9110 section 13.1.1): a change of any other is 412. */
export type Versions = readonly number[]

export function demandVersion(
  row: { readonly id: string; readonly version: number },
  expected: Versions | undefined,
): void {
  if (!expected || expected.includes(row.version)) return
  throw new ScimError(412, `${row.id} is at version ${row.version}`)
}

/** What a removal that found nothing to hold means: changed if a version was expected, otherwise gone. */
export function goneOrChanged(error: unknown, name: string, expected: Versions | undefined): unknown {
  if (!(error instanceof StaleRow)) return error
  return !expected
    ? new ScimError(404, `${name} not found`, { cause: error })
    : new ScimError(412, `${name} was changed meanwhile`, { cause: error })
}
