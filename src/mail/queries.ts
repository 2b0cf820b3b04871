import { rowsOf } from '../db/open.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

/** The names of the connections that vouch for a user. */
export async function listVouchers({ db, tenantId }: Scope, userId: string): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    db,
    sql`select distinct c.name from federated_identities f
      join connections c on c.tenant_id = f.tenant_id and c.id = f.connection_id and c.authenticator is not null
      where f.tenant_id = ${tenantId} and f.user_id = ${userId} order by c.name`,
  )
  return rows.map(({ name }) => name)
}
