import { nameKey } from '../../core/ids.ts'
import { firstOf } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** The condition of a search box: a part of the name. */
export function roleSearch(text: string): Sql {
  return sql`instr(r.display_name_key, ${nameKey(text)}) > 0`
}

/** How many users and how many groups hold a role by a row of their own. */
export async function countHolders(
  { db, tenantId }: Scope,
  roleId: string,
): Promise<{ users: number; groups: number }> {
  const row = await firstOf<{ users: number; groups: number }>(
    db,
    sql`select count(*) filter (where member_type = 'User') as users,
        count(*) filter (where member_type = 'Group') as groups
      from role_members where tenant_id = ${tenantId} and role_id = ${roleId}`,
  )
  return row ?? { users: 0, groups: 0 }
}
