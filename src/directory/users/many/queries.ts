import { rowsOf } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'

/** Which of these folded user names somebody has. */
export async function takenNames({ db, tenantId }: Scope, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await rowsOf<{ key: string }>(
    db,
    sql`select user_name_key as key from users where tenant_id = ${tenantId}
      and user_name_key in (select value from json_each(${JSON.stringify(keys)}))`,
  )
  return new Set(rows.map((row) => row.key))
}

/** Which of these externalIds somebody had who was deleted. */
export async function buriedExternalIds(
  { db, tenantId }: Scope,
  externalIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (externalIds.length === 0) return new Set()
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select external_id as id from deleted_users where tenant_id = ${tenantId} and external_id is not null
      and external_id in (select value from json_each(${JSON.stringify(externalIds)}))`,
  )
  return new Set(rows.map((row) => row.id))
}
