import { rowsOf } from '../../db/open.ts'
import { sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { MemberType, Owner } from './commands.ts'

/** A user or a group in a group, or one who holds a role by a row of its own. */
export type Member = {
  readonly id: string
  readonly type: MemberType
  /** userName of a user, displayName of a group. */
  readonly name: string
}

/** The members of groups or roles by the ids of those, each in the order of their ids, in one statement. */
export async function membersOf(
  { db, tenantId }: Scope,
  owner: Owner,
  ids: readonly string[],
): Promise<Map<string, Member[]>> {
  const found = new Map<string, Member[]>()
  if (ids.length === 0) return found
  const key = verbatim(`m.${owner.key}`)
  const rows = await rowsOf<Member & { readonly owner: string }>(
    db,
    sql`select ${key} as owner, m.member_id as id, m.member_type as type, coalesce(u.user_name, g.display_name) as name
      from ${verbatim(owner.members)} m left join users u on u.tenant_id = m.tenant_id and u.id = m.member_id
      left join groups g on g.tenant_id = m.tenant_id and g.id = m.member_id
      where m.tenant_id = ${tenantId} and ${key} in (select value from json_each(${JSON.stringify(ids)}))
      order by ${key}, m.member_id`,
  )
  for (const row of rows) {
    const members = found.get(row.owner)
    if (members) members.push(row)
    else found.set(row.owner, [row])
  }
  return found
}

export async function memberIdsOf({ db, tenantId }: Scope, owner: Owner, id: string): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select member_id as id from ${verbatim(owner.members)} where tenant_id = ${tenantId}
      and ${verbatim(owner.key)} = ${id}`,
  )
  return rows.map((row) => row.id)
}

/** How many members each has, by the ids of groups or roles. */
export async function countMembers(
  { db, tenantId }: Scope,
  owner: Owner,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const key = verbatim(owner.key)
  const rows = await rowsOf<{ id: string; members: number }>(
    db,
    sql`select ${key} as id, count(*) as members from ${verbatim(owner.members)} where tenant_id = ${tenantId}
      and ${key} in (select value from json_each(${JSON.stringify(ids)})) group by ${key}`,
  )
  return new Map(rows.map((row) => [row.id, row.members]))
}

/** Ids that are none of these in this tenant. */
export async function unknownIds(
  { db, tenantId }: Scope,
  types: readonly MemberType[],
  ids: readonly string[],
): Promise<string[]> {
  if (ids.length === 0) return []
  const isUser = sql`exists (select 1 from users u where u.tenant_id = ${tenantId} and u.id = value)`
  const isGroup = sql`exists (select 1 from groups g where g.tenant_id = ${tenantId} and g.id = value)`
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select value as id from json_each(${JSON.stringify(ids)})
      where not (${types.includes('User') ? isUser : sql`0`} or ${types.includes('Group') ? isGroup : sql`0`})`,
  )
  return rows.map((row) => row.id)
}
