import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { logoutDeliveries } from '../../db/schema.ts'
import type { PendingNotice } from '../notices/queries.ts'

export type LogoutRow = typeof logoutDeliveries.$inferSelect

/** Longer than a request may take: one whose time comes again was held by a process that died. Milliseconds. */
const LEASE_MS = 30_000

/** Of several processes that want to send a logout token, one may. */
export async function claimLogout(db: Db, now: Date, pending: PendingNotice): Promise<LogoutRow | undefined> {
  const [row] = await db
    .update(logoutDeliveries)
    .set({ attempts: sql`${logoutDeliveries.attempts} + 1`, nextAttemptAt: new Date(now.getTime() + LEASE_MS) })
    .where(
      and(
        eq(logoutDeliveries.tenantId, pending.tenantId),
        eq(logoutDeliveries.id, pending.id),
        eq(logoutDeliveries.nextAttemptAt, new Date(pending.nextAttemptAt)),
      ),
    )
    .returning()
  return row
}

/** It was heard, or is given up. */
export async function removeLogout(db: Db, row: LogoutRow): Promise<void> {
  await db.delete(logoutDeliveries).where(isHeld(row))
}

export async function postponeLogout(db: Db, row: LogoutRow, until: Date): Promise<void> {
  await db.update(logoutDeliveries).set({ nextAttemptAt: until }).where(isHeld(row))
}

/** While nobody has claimed it again. */
function isHeld({ tenantId, id, attempts }: LogoutRow) {
  return and(
    eq(logoutDeliveries.tenantId, tenantId),
    eq(logoutDeliveries.id, id),
    eq(logoutDeliveries.attempts, attempts),
  )
}
