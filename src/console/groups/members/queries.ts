import { nameKey } from '../../../core/ids.ts'
import { firstOf, rowsOf } from '../../../db/open.ts'
import { join, type Sql, sql, verbatim } from '../../../db/sql.ts'
import type { MemberType, Owner } from '../../../directory/members/commands.ts'
import type { Member } from '../../../directory/members/queries.ts'
import { groupSearch } from '../../../directory/groups/queries.ts'
import { userSearch } from '../../../directory/users/queries.ts'
import type { Scope } from '../../../platform.ts'

type Page = { readonly q: string; readonly offset: number; readonly limit: number }

/** One page of the members of a group or role that are of these types, by name, and how many match in all. */
export async function listMembers(
  { db, tenantId }: Scope,
  owner: Owner,
  id: string,
  types: readonly MemberType[],
  page: Page,
): Promise<{ total: number; rows: Member[] }> {
  const key = sql`coalesce(u.user_name_key, g.display_name_key)`
  const names = sql`left join users u on u.tenant_id = m.tenant_id and u.id = m.member_id
    left join groups g on g.tenant_id = m.tenant_id and g.id = m.member_id`
  const isFound = page.q === '' ? sql`1` : sql`instr(${key}, ${nameKey(page.q)}) > 0`
  const from = (joined: Sql) => sql`from ${verbatim(owner.members)} m ${joined} where m.tenant_id = ${tenantId}
    and m.${verbatim(owner.key)} = ${id} and m.member_type in (select value from json_each(${JSON.stringify(types)}))
    and ${isFound}`
  // To count them all, their names need not be read.
  const counted = await firstOf<{ total: number }>(
    db,
    sql`select count(*) as total ${from(page.q === '' ? sql`` : names)}`,
  )
  const rows = await rowsOf<Member>(
    db,
    sql`select m.member_id as id, m.member_type as type, coalesce(u.user_name, g.display_name) as name ${from(names)}
      order by ${key} limit ${page.limit} offset ${page.offset}`,
  )
  return { total: counted?.total ?? 0, rows }
}

/** Users and groups, or one of them, whose names contain `q` and who are no members yet, at most `limit` of each. */
export async function findCandidates(
  { db, tenantId }: Scope,
  owner: Owner,
  id: string,
  types: readonly MemberType[],
  q: string,
  limit: number,
): Promise<Member[]> {
  if (q === '') return []
  const isNoMember: Sql = sql`not exists (select 1 from ${verbatim(owner.members)} m where m.tenant_id = ${tenantId}
    and m.${verbatim(owner.key)} = ${id} and m.member_id = r.id)`
  const found: Record<MemberType, Sql> = {
    User: sql`select * from (select r.id, 'User' as type, r.user_name as name from users r
      where r.tenant_id = ${tenantId} and ${userSearch(q)} and ${isNoMember} order by r.user_name_key limit ${limit})`,
    Group: sql`select * from (select r.id, 'Group' as type, r.display_name as name from groups r
      where r.tenant_id = ${tenantId} and ${groupSearch(q)} and r.id <> ${id} and ${isNoMember}
      order by r.display_name_key limit ${limit})`,
  }
  return rowsOf<Member>(
    db,
    join(
      types.map((type) => found[type]),
      ' union all ',
    ),
  )
}
