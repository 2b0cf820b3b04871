import { type Db, rowsOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'

export type PendingAlert = { readonly tenantId: string; readonly id: string; readonly nextAttemptAt: number }

/** More tenants than that with trouble at once take turns. */
const MOST = 50

/**
 * The oldest alert of each tenant that has any, the next ones due first: a tenant hears of things in their order. By the
 * index of those that are pending, which is next to empty.
 */
export function listPendingAlerts(db: Db): Promise<PendingAlert[]> {
  return rowsOf<PendingAlert>(
    db,
    sql`select a.tenant_id as tenantId, a.id as id, coalesce(a.next_attempt_at, 0) as nextAttemptAt from alerts a
      where a.tenant_id >= '' and a.state = 'pending' and not exists (select 1 from alerts b
        where b.tenant_id = a.tenant_id and b.state = 'pending'
          and (b.created < a.created or (b.created = a.created and b.rowid < a.rowid)))
      order by a.next_attempt_at limit ${MOST}`,
  )
}
