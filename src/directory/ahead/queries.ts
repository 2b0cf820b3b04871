import { ScimError } from '../../core/errors.ts'
import { rowsOf } from '../../db/open.ts'
import { sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Source } from '../list/columns.ts'
import { memberWhere } from '../list/where.ts'
import { GROUPS, type MemberType } from '../members/commands.ts'
import type { MemberChange } from '../members/edit.ts'
import { memberIdsOf } from '../members/queries.ts'
import type { MembersChange } from './future.ts'

/** A request waits for its targets: more members than this take longer than anybody should. */
const MOST_MEMBERS = 1000

/** Of the users and groups of these ids what they are; who is not here is left out. */
export async function membersToBe({ db, tenantId }: Scope, ids: readonly string[]): Promise<MembersChange['added']> {
  const wanted = sql`select value from json_each(${JSON.stringify(ids)})`
  return rowsOf<{ id: string; type: MemberType }>(
    db,
    sql`select id, 'User' as type from users where tenant_id = ${tenantId} and id in (${wanted})
      union all select id, 'Group' from groups where tenant_id = ${tenantId} and id in (${wanted})`,
  )
}

/**
 * Who comes into a group and who leaves it by these changes. A filter is asked of those who are in it now. Throws 413
 * for more than a request can wait for.
 */
export async function membersChangeOf(
  scope: Scope,
  source: Source,
  groupId: string,
  changes: readonly MemberChange[],
): Promise<MembersChange> {
  const named = changes.flatMap((change) => ('ids' in change ? change.ids : []))
  const isByName = changes.every(({ kind }) => kind === 'add' || kind === 'remove')
  const present = new Set(isByName ? await idsAmong(scope, groupId, named) : await memberIdsOf(scope, GROUPS, groupId))
  const after = new Set(present)
  for (const change of changes) {
    const matching = change.kind === 'removeWhere' ? await idsWhere(scope, source, groupId, change) : change.ids
    if (change.kind === 'replace') after.clear()
    for (const id of matching) change.kind === 'add' || change.kind === 'replace' ? after.add(id) : after.delete(id)
  }
  const added = [...after].filter((id) => !present.has(id))
  const removed = [...present].filter((id) => !after.has(id))
  if (added.length + removed.length > MOST_MEMBERS) {
    throw new ScimError(
      413,
      `A target has to take this change first, and no more than ${MOST_MEMBERS} members can wait for that at once: send fewer at a time.`,
    )
  }
  return { added: await membersToBe(scope, added), removed }
}

async function idsAmong({ db, tenantId }: Scope, groupId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select member_id as id from group_members where tenant_id = ${tenantId} and group_id = ${groupId}
      and member_id in (select value from json_each(${JSON.stringify(ids)}))`,
  )
  return rows.map(({ id }) => id)
}

async function idsWhere(
  { db, tenantId }: Scope,
  source: Source,
  groupId: string,
  { attribute, filter }: Extract<MemberChange, { kind: 'removeWhere' }>,
): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select member_id as id from group_members where tenant_id = ${tenantId} and group_id = ${groupId}
      and ${memberWhere(source, attribute, filter, groupId, verbatim('group_members.member_id'))}`,
  )
  return rows.map(({ id }) => id)
}
