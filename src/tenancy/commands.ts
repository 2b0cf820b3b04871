import { and, eq, inArray, lt } from 'drizzle-orm'
import { type Db, runBatch } from '../db/open.ts'
import {
  authorizationCodes,
  authorizationRequests,
  deliveries,
  deliveryAttempts,
  federationStates,
  sessions,
  signInFailures,
} from '../db/schema.ts'

const DAY_MS = 86_400_000
/** How long the log tells of what has arrived. */
const LOG_DAYS = 30

/** Removes what is over: sessions, sign-ins that nobody went on with, codes, and the old end of the outbound log. */
export async function removeExpired(db: Db, tenantId: string, now: Date): Promise<void> {
  const logEnd = new Date(now.getTime() - LOG_DAYS * DAY_MS)
  const oldDeliveries = and(
    eq(deliveries.tenantId, tenantId),
    eq(deliveries.open, false),
    lt(deliveries.lastModified, logEnd),
  )
  await runBatch(db, [
    db.delete(sessions).where(and(eq(sessions.tenantId, tenantId), lt(sessions.expiresAt, now))),
    db
      .delete(authorizationRequests)
      .where(and(eq(authorizationRequests.tenantId, tenantId), lt(authorizationRequests.expiresAt, now))),
    db
      .delete(authorizationCodes)
      .where(and(eq(authorizationCodes.tenantId, tenantId), lt(authorizationCodes.forgetAt, now))),
    db
      .delete(federationStates)
      .where(and(eq(federationStates.tenantId, tenantId), lt(federationStates.expiresAt, now))),
    db
      .delete(signInFailures)
      .where(
        and(eq(signInFailures.tenantId, tenantId), lt(signInFailures.lastFailure, new Date(now.getTime() - DAY_MS))),
      ),
    db
      .delete(deliveryAttempts)
      .where(
        and(
          eq(deliveryAttempts.tenantId, tenantId),
          inArray(deliveryAttempts.deliveryId, db.select({ id: deliveries.id }).from(deliveries).where(oldDeliveries)),
        ),
      ),
    db.delete(deliveries).where(oldDeliveries),
  ])
}
