import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Db } from '../db/open.ts'
import { deliveries, pendingPasswords, type ProvisionedType } from '../db/schema.ts'
import { futureOf } from '../directory/ahead/future.ts'
import type { Scope } from '../platform.ts'

/** Longer than one request may take; a group with many keeps it. A lease that ends was held by a process that died. Milliseconds. */
export const LEASE_MS = 30_000

export type DeliveryRow = typeof deliveries.$inferSelect

/** One delivery that may be tried now, and what was last known of its target. */
export type Due = {
  readonly tenantId: string
  readonly connectorId: string
  readonly id: string
  readonly type: ProvisionedType
  /** Milliseconds, as the two below: the target asked for a wait or did not answer, and that time is over. */
  readonly waitedUntil: number | null
  readonly lastSuccess: number | null
  readonly lastFailure: number | null
}

/**
 * Deliveries of all tenants that may be tried now, the oldest first: at most `share` of each connector, however much
 * waits for another one. Of connectors that are switched off, paused or asked to wait no delivery is looked at.
 */
export async function listDue(db: Db, now: Date, share: number): Promise<Due[]> {
  const at = now.getTime()
  return db.all<Due>(sql`with recursive ${lanesWhere(sql`exists (select 1 from deliveries
      where open = 1 and next_attempt_at <= ${at})`)}
    select d.tenant_id as tenantId, d.connector_id as connectorId, d.id as id, d.resource_type as type,
      t.wait_until as waitedUntil, t.last_success as lastSuccess, t.last_failure as lastFailure
    from ${LANES} cross join deliveries d on d.rowid in (
      select w.rowid from deliveries w where w.tenant_id = c.tenant_id and w.connector_id = c.id and w.open = 1
        and w.next_attempt_at <= ${at} and (w.lease_until is null or w.lease_until <= ${at})
      order by w.next_attempt_at limit ${share})
    where t.wait_until is null or t.wait_until <= ${at}
    order by d.next_attempt_at`)
}

/** When the next delivery of any tenant may be tried; undefined if none waits. */
export async function findNextDue(db: Db): Promise<Date | undefined> {
  const [row] = await db.all<{ at: number | null }>(sql`with recursive ${lanesWhere(sql`true`)}
    select min(max(coalesce(t.wait_until, 0), (select min(max(w.next_attempt_at, coalesce(w.lease_until, 0))) from (
      select next_attempt_at, lease_until from deliveries where tenant_id = c.tenant_id and connector_id = c.id
        and open = 1 and next_attempt_at >= 0 order by next_attempt_at limit 50) w))) as at
    from ${LANES}`)
  return typeof row?.at === 'number' ? new Date(row.at) : undefined
}

/**
 * One open delivery of each connector that has any, found by a jump in the index from each connector to the next: it
 * costs what there are connectors, not what there are deliveries.
 */
function lanesWhere(condition: SQL): SQL {
  return sql`lanes(row) as (
    select (select rowid from deliveries where open = 1 and tenant_id >= '' order by tenant_id, connector_id limit 1)
      where ${condition}
    union all
    select coalesce(
        (select n.rowid from deliveries n where n.open = 1 and n.tenant_id = d.tenant_id
          and n.connector_id > d.connector_id order by n.connector_id limit 1),
        (select n.rowid from deliveries n where n.open = 1 and n.tenant_id > d.tenant_id
          order by n.tenant_id, n.connector_id limit 1))
      from lanes cross join deliveries d on d.rowid = lanes.row)`
}

/** The connectors `c` of the lanes that are switched on and not paused, with what is known of their targets. */
const LANES = sql`lanes cross join deliveries o on o.rowid = lanes.row
  cross join connectors c on c.tenant_id = o.tenant_id and c.id = o.connector_id and c.enabled = 1
    and not exists (select 1 from targets p where p.tenant_id = c.tenant_id and p.connector_id = c.id
      and p.paused_at is not null)
  left join targets t on t.tenant_id = c.tenant_id and t.connector_id = c.id`

/** A literal: by it the planner knows that the partial indexes serve, whatever the values are that come later. */
export const isOpen = sql`${deliveries.open} = 1`

/** The sealed password that targets still have to be told of this user. */
export async function findPendingPassword(scope: Scope, userId: string): Promise<string | undefined> {
  const { db, tenantId } = scope
  const future = futureOf(scope)?.passwords?.get(userId)
  if (future !== undefined) return future
  const [row] = await db
    .select({ sealed: pendingPasswords.sealed })
    .from(pendingPasswords)
    .where(and(eq(pendingPasswords.tenantId, tenantId), eq(pendingPasswords.userId, userId)))
    .limit(1)
  return row?.sealed
}
