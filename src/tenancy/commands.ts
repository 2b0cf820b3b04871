import { and, eq, lt, ne } from 'drizzle-orm'
import { type Db, runBatch } from '../db/open.ts'
import {
  alerts,
  authorizationCodes,
  authorizationRequests,
  deviceCodes,
  deviceGuesses,
  federationStates,
  grants,
  opaqueTokens,
  partialSignIns,
  pushedRequests,
  refreshTokens,
  revokedTokens,
  sessions,
  signInFailures,
  throttles,
  trials,
  usedAssertions,
  usedChallenges,
  usedProofs,
} from '../db/schema.ts'
import { sql } from '../db/sql.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** So long it can be looked up what a tenant was told of. */
const ALERT_DAYS = 90
/** The same for what was decided of people who came from providers. */
const DECISION_DAYS = 90
/** So long after its end it is remembered which applications a session signed in to: theirs may last longer than ours. */
const SESSION_DAYS = 30

/** Removes what is over: sessions, sign-ins that nobody went on with, codes, grants and tokens, guesses at passwords, links that were mailed, and alerts. */
export async function removeExpired(db: Db, tenantId: string, now: Date): Promise<void> {
  const forgotten = new Date(now.getTime() - SESSION_DAYS * DAY_MS)
  await runBatch(db, [
    // They are counted by for an hour after they were made, and good for a day at the most.
    sql`delete from mailed_links where tenant_id = ${tenantId} and created < ${now.getTime() - DAY_MS}`,
    sql`delete from session_applications where tenant_id = ${tenantId} and sid in (
      select sid from sessions where tenant_id = ${tenantId} and expires_at < ${forgotten})`,
    db.delete(sessions).where(and(eq(sessions.tenantId, tenantId), lt(sessions.expiresAt, forgotten))),
    // Of sessions that are over, and of sign-ins that nobody ended.
    sql`delete from federated_sessions where tenant_id = ${tenantId} and created < ${now.getTime() - HOUR_MS}
      and not exists (select 1 from sessions s where s.tenant_id = ${tenantId} and s.sid = federated_sessions.sid
        and s.expires_at >= ${now})`,
    db
      .delete(authorizationRequests)
      .where(and(eq(authorizationRequests.tenantId, tenantId), lt(authorizationRequests.expiresAt, now))),
    db.delete(pushedRequests).where(and(eq(pushedRequests.tenantId, tenantId), lt(pushedRequests.expiresAt, now))),
    db
      .delete(authorizationCodes)
      .where(and(eq(authorizationCodes.tenantId, tenantId), lt(authorizationCodes.forgetAt, now))),
    db.delete(refreshTokens).where(and(eq(refreshTokens.tenantId, tenantId), lt(refreshTokens.expiresAt, now))),
    db.delete(grants).where(and(eq(grants.tenantId, tenantId), lt(grants.expiresAt, now))),
    db.delete(revokedTokens).where(and(eq(revokedTokens.tenantId, tenantId), lt(revokedTokens.expiresAt, now))),
    db.delete(opaqueTokens).where(and(eq(opaqueTokens.tenantId, tenantId), lt(opaqueTokens.expiresAt, now))),
    // A device that still asks is told that its code has expired.
    db
      .delete(deviceCodes)
      .where(and(eq(deviceCodes.tenantId, tenantId), lt(deviceCodes.expiresAt, new Date(now.getTime() - HOUR_MS)))),
    db
      .delete(deviceGuesses)
      .where(and(eq(deviceGuesses.tenantId, tenantId), lt(deviceGuesses.since, new Date(now.getTime() - HOUR_MS)))),
    sql`update applications set former_secret_hash = null, former_secret_sealed = null, former_secret_expires_at = null
      where tenant_id = ${tenantId} and former_secret_expires_at < ${now}`,
    db.delete(usedAssertions).where(and(eq(usedAssertions.tenantId, tenantId), lt(usedAssertions.expiresAt, now))),
    db.delete(usedProofs).where(and(eq(usedProofs.tenantId, tenantId), lt(usedProofs.expiresAt, now))),
    db.delete(partialSignIns).where(and(eq(partialSignIns.tenantId, tenantId), lt(partialSignIns.expiresAt, now))),
    db.delete(usedChallenges).where(and(eq(usedChallenges.tenantId, tenantId), lt(usedChallenges.expiresAt, now))),
    db
      .delete(throttles)
      .where(and(eq(throttles.tenantId, tenantId), lt(throttles.lastFailure, new Date(now.getTime() - DAY_MS)))),
    db
      .delete(federationStates)
      .where(and(eq(federationStates.tenantId, tenantId), lt(federationStates.expiresAt, now))),
    db.delete(trials).where(and(eq(trials.tenantId, tenantId), lt(trials.expiresAt, now))),
    sql`delete from arrivals where tenant_id = ${tenantId} and expires_at < ${now}`,
    sql`delete from sign_in_decisions where tenant_id = ${tenantId} and at < ${now.getTime() - DECISION_DAYS * DAY_MS}`,
    db
      .delete(signInFailures)
      .where(
        and(eq(signInFailures.tenantId, tenantId), lt(signInFailures.lastFailure, new Date(now.getTime() - DAY_MS))),
      ),
    db
      .delete(alerts)
      .where(
        and(
          eq(alerts.tenantId, tenantId),
          lt(alerts.created, new Date(now.getTime() - ALERT_DAYS * DAY_MS)),
          ne(alerts.state, 'pending'),
        ),
      ),
  ])
}
