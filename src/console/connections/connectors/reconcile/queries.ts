import { rowsOf } from '../../../../db/open.ts'
import { sql } from '../../../../db/sql.ts'
import type { Scope } from '../../../../platform.ts'

/** What users and groups are called, by their ids. */
export async function namesOf({ db, tenantId }: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const asked = JSON.stringify(ids)
  const rows = await rowsOf<{ id: string; name: string }>(
    db,
    sql`select id, user_name as name from users where tenant_id = ${tenantId}
        and id in (select value from json_each(${asked}))
      union all select id, display_name from groups where tenant_id = ${tenantId}
        and id in (select value from json_each(${asked}))`,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
