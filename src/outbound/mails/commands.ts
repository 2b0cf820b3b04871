import { and, eq, sql } from 'drizzle-orm'
import type { Db } from '../../db/open.ts'
import { mailDeliveries } from '../../db/schema.ts'
import type { PendingNotice } from '../notices/queries.ts'

export type MailRow = typeof mailDeliveries.$inferSelect

/** Longer than handing a mail over may take: one whose time comes again was held by a process that died. Milliseconds. */
const LEASE_MS = 60_000

/** Of several processes that want to send a mail, one may. */
export async function claimMail(db: Db, now: Date, pending: PendingNotice): Promise<MailRow | undefined> {
  const [row] = await db
    .update(mailDeliveries)
    .set({ attempts: sql`${mailDeliveries.attempts} + 1`, nextAttemptAt: new Date(now.getTime() + LEASE_MS) })
    .where(
      and(
        eq(mailDeliveries.tenantId, pending.tenantId),
        eq(mailDeliveries.id, pending.id),
        eq(mailDeliveries.nextAttemptAt, new Date(pending.nextAttemptAt)),
      ),
    )
    .returning()
  return row
}

/** It was sent, or is given up. */
export async function removeMail(db: Db, row: MailRow): Promise<void> {
  await db.delete(mailDeliveries).where(isHeld(row))
}

export async function postponeMail(db: Db, row: MailRow, until: Date): Promise<void> {
  await db.update(mailDeliveries).set({ nextAttemptAt: until }).where(isHeld(row))
}

/** While nobody has claimed it again. */
function isHeld({ tenantId, id, attempts }: MailRow) {
  return and(eq(mailDeliveries.tenantId, tenantId), eq(mailDeliveries.id, id), eq(mailDeliveries.attempts, attempts))
}
