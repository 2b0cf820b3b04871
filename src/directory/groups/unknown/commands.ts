/** Members whom clients named and who are not here. */
import { ScimError } from '../../../core/errors.ts'
import type { Statement } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'
import type { MemberChange } from '../../members/edit.ts'
import { unknownIds } from '../../members/queries.ts'
import { commit } from '../../commit.ts'

/**
 * What becomes of members who are not here: refused, or passed over and remembered under the client's name, since Okta
 * gives up a whole push for one of them.
 */
export type UnknownMembers = { readonly kind: 'refuse' } | { readonly kind: 'pass'; readonly client: string }
export const REFUSE: UnknownMembers = { kind: 'refuse' }

/** Throws invalidValue for ids that nobody has here, or gives the statements that remember them. */
export async function handleUnknown(
  scope: Scope,
  groupId: string,
  ids: readonly string[],
  unknown: UnknownMembers,
): Promise<Statement[]> {
  const missing = await unknownIds(scope, ['User', 'Group'], ids)
  const [first] = missing
  if (first === undefined) return []
  if (unknown.kind === 'refuse') {
    throw new ScimError('invalidValue', `members: there is no user or group ${first.slice(0, 200)}`)
  }
  scope.platform.log.warn('members passed over who are not here', {
    groupId,
    client: unknown.client,
    count: missing.length,
  })
  const { tenantId, now } = scope
  return [
    sql`insert into unknown_members (tenant_id, group_id, member_id, client, last_seen)
      select ${tenantId}, ${groupId}, value, ${unknown.client}, ${now} from json_each(${JSON.stringify(missing)})
      where true on conflict do update set client = excluded.client, last_seen = excluded.last_seen`,
  ]
}

/** An id that is no longer named is no longer missed. */
export function forgetStatements({ tenantId }: Scope, groupId: string, change: MemberChange): Statement[] {
  if (change.kind !== 'remove' && change.kind !== 'replace') return []
  const isNamed = sql`member_id in (select value from json_each(${JSON.stringify(change.ids)}))`
  return [
    sql`delete from unknown_members where tenant_id = ${tenantId} and group_id = ${groupId}
      and ${change.kind === 'remove' ? isNamed : sql`not ${isNamed}`}`,
  ]
}

/** Forgets the members whom clients named and who are not here. */
export async function forgetUnknownMembers(scope: Scope, groupId: string): Promise<void> {
  await commit(scope, {
    writes: [sql`delete from unknown_members where tenant_id = ${scope.tenantId} and group_id = ${groupId}`],
    outbox: [],
  })
}
