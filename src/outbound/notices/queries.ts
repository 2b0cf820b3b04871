import { type Db, rowsOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'

/** Something that a tenant, an application or a person is told once. */
export type PendingNotice = {
  readonly kind: 'alert' | 'logout' | 'mail'
  readonly tenantId: string
  readonly id: string
  readonly nextAttemptAt: number
}

/** More than that at once take turns. */
const MOST = 50

/**
 * The oldest alert of each tenant that has any (a tenant hears of things in their order), and the logout tokens and mails
 * that are due first, in the order in which they are due. One statement, by indexes that are next to empty: an idle server asks
 * this all the time.
 */
export function listPendingNotices(db: Db): Promise<PendingNotice[]> {
  return rowsOf<PendingNotice>(
    db,
    sql`select * from (select 'alert' as kind, a.tenant_id as tenantId, a.id as id,
        coalesce(a.next_attempt_at, 0) as nextAttemptAt from alerts a
      where a.tenant_id >= '' and a.state = 'pending' and not exists (select 1 from alerts b
        where b.tenant_id = a.tenant_id and b.state = 'pending'
          and (b.created < a.created or (b.created = a.created and b.rowid < a.rowid)))
      order by a.next_attempt_at limit ${MOST})
    union all select * from (select 'logout', tenant_id, id, next_attempt_at from logout_deliveries
      where next_attempt_at >= 0 order by next_attempt_at limit ${MOST})
    union all select * from (select 'mail', tenant_id, id, next_attempt_at from mail_deliveries
      where next_attempt_at >= 0 order by next_attempt_at limit ${MOST})
    order by nextAttemptAt`,
  )
}
