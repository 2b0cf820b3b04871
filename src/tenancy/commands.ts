import { sql as built } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { type Db, runBatch, type Statement } from '../db/open.ts'
import {
  arrivals,
  authorizationCodes,
  authorizationRequests,
  deviceCodes,
  deviceGuesses,
  federationStates,
  grants,
  mailedLinks,
  opaqueTokens,
  partialSignIns,
  pushedRequests,
  refreshTokens,
  revokedTokens,
  sessions,
  signInDecisions,
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
/** So long it can be looked up what a tenant was told of, and what was decided of people who came from providers. */
const LOOKED_UP_MS = 90 * DAY_MS
/** So long after its end it is remembered which applications a session signed in to: theirs may last longer than ours. */
const SESSION_MS = 30 * DAY_MS
/** What goes of a table at once, so that nobody waits long meanwhile: most of these rows anybody can make, by the million. */
const BATCH = 100
/** And how often, at the most: what is left then goes next time. */
const BATCHES = 100

/** Of tables whose rows go by their age alone: by which time, and how long after it. */
const AGING: readonly (readonly [column: SQLiteColumn, keptMs: number])[] = [
  // They are counted by for an hour after they were made, and good for a day at the most.
  [mailedLinks.created, DAY_MS],
  [sessions.expiresAt, SESSION_MS],
  [authorizationRequests.expiresAt, 0],
  [pushedRequests.expiresAt, 0],
  [authorizationCodes.forgetAt, 0],
  [refreshTokens.expiresAt, 0],
  [grants.expiresAt, 0],
  [revokedTokens.expiresAt, 0],
  [opaqueTokens.expiresAt, 0],
  // A device that still asks is told that its code has expired.
  [deviceCodes.expiresAt, HOUR_MS],
  [deviceGuesses.since, HOUR_MS],
  [usedAssertions.expiresAt, 0],
  [usedProofs.expiresAt, 0],
  [partialSignIns.expiresAt, 0],
  [usedChallenges.expiresAt, 0],
  [throttles.lastFailure, DAY_MS],
  [federationStates.expiresAt, 0],
  [trials.expiresAt, 0],
  [arrivals.expiresAt, 0],
  [signInDecisions.at, LOOKED_UP_MS],
  [signInFailures.lastFailure, DAY_MS],
]

/**
 * Removes what is over: sessions, sign-ins that nobody went on with, codes, grants and tokens, guesses at passwords, links
 * that were mailed, and alerts. False if there may be more of it than goes at once.
 */
export async function removeExpired(db: Db, tenantId: string, now: Date): Promise<boolean> {
  for (let i = 0; i < BATCHES; i++) {
    const removed = await runBatch(db, someExpired(db, tenantId, now.getTime()))
    if (removed.every(({ rowsAffected }) => rowsAffected < BATCH)) return true
  }
  return false
}

/** By their rowid and not by an index of the tenant, of which all rows would be read: hence the plus. */
function someExpired(db: Db, tenantId: string, now: number): Statement[] {
  return [
    // Of the very sessions that go below.
    sql`delete from session_applications where tenant_id = ${tenantId} and sid in (select sid from sessions
      where tenant_id = ${tenantId} and expires_at < ${now - SESSION_MS} order by expires_at limit ${BATCH})`,
    ...AGING.map(([column, keptMs]) => oldest(db, column, tenantId, now - keptMs)),
    // Of sessions that are over, and of sign-ins that nobody ended.
    sql`delete from federated_sessions where +tenant_id = ${tenantId} and rowid in (select rowid from federated_sessions
      where tenant_id = ${tenantId} and created < ${now - HOUR_MS} and not exists (select 1 from sessions s
        where s.tenant_id = ${tenantId} and s.sid = federated_sessions.sid and s.expires_at >= ${now}) limit ${BATCH})`,
    sql`update applications set former_secret_hash = null, former_secret_sealed = null, former_secret_expires_at = null
      where tenant_id = ${tenantId} and former_secret_expires_at < ${now}`,
    sql`delete from alerts where +tenant_id = ${tenantId} and rowid in (select rowid from alerts
      where tenant_id = ${tenantId} and created < ${now - LOOKED_UP_MS} and state <> 'pending'
      order by created limit ${BATCH})`,
  ]
}

function oldest(db: Db, time: SQLiteColumn, tenantId: string, before: number): Statement {
  const { table } = time
  return db.delete(table).where(built`+tenant_id = ${tenantId} and rowid in (select rowid from ${table}
    where tenant_id = ${tenantId} and ${time} < ${before} order by ${time} limit ${BATCH})`)
}
