import { and, eq, sql } from 'drizzle-orm'
import type { Alert } from '../../connections/alerts/queries.ts'
import type { Db } from '../../db/open.ts'
import { alerts } from '../../db/schema.ts'
import type { PendingNotice } from '../notices/queries.ts'

/** Longer than an alert may take: one whose time comes again was held by a process that died. Milliseconds. */
const LEASE_MS = 30_000

/** Of several processes that want to send an alert, one may. */
export async function claimAlert(db: Db, now: Date, alert: PendingNotice): Promise<Alert | undefined> {
  const [row] = await db
    .update(alerts)
    .set({ attempts: sql`${alerts.attempts} + 1`, nextAttemptAt: new Date(now.getTime() + LEASE_MS) })
    .where(
      and(
        eq(alerts.tenantId, alert.tenantId),
        eq(alerts.id, alert.id),
        eq(alerts.state, 'pending'),
        eq(alerts.nextAttemptAt, new Date(alert.nextAttemptAt)),
      ),
    )
    .returning()
  return row
}

export type AlertEnd = Pick<Alert, 'state' | 'nextAttemptAt' | 'lastError'>

export async function recordAlert(db: Db, now: Date, { tenantId, id, attempts }: Alert, end: AlertEnd): Promise<void> {
  await db
    .update(alerts)
    .set({ ...end, lastError: end.lastError?.slice(0, 1000) ?? null, lastModified: now })
    .where(and(eq(alerts.tenantId, tenantId), eq(alerts.id, id), eq(alerts.attempts, attempts)))
}
