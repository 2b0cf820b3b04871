import { type Db, runBatch, type Statement } from '../db/open.ts'
import { type Sql, sql, verbatim } from '../db/sql.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** So long it can be looked up what a tenant was told of, and what was decided of people who came from providers. */
const TOLD_MS = 90 * DAY_MS
/** So long after its end it is remembered which applications a session signed in to: theirs may last longer than ours. */
const SESSION_MS = 30 * DAY_MS
/** What goes of a table at once, so that nobody waits long meanwhile; and how often, at the most. */
const PORTION = 100
const PORTIONS = 50

type Swept = { readonly remove: string; readonly column: string; readonly keptMs?: number }

/** By which column the rows of a table are over, and how long after that they go; an index has the column. */
const SWEPT: readonly Swept[] = [
  { remove: 'delete from sessions', column: 'expires_at', keptMs: SESSION_MS },
  { remove: 'delete from authorization_requests', column: 'expires_at' },
  { remove: 'delete from pushed_requests', column: 'expires_at' },
  { remove: 'delete from authorization_codes', column: 'forget_at' },
  { remove: 'delete from refresh_tokens', column: 'expires_at' },
  { remove: 'delete from grants', column: 'expires_at' },
  { remove: 'delete from revoked_tokens', column: 'expires_at' },
  { remove: 'delete from opaque_tokens', column: 'expires_at' },
  // A device that still asks is told that its code has expired.
  { remove: 'delete from device_codes', column: 'expires_at', keptMs: HOUR_MS },
  { remove: 'delete from used_assertions', column: 'expires_at' },
  { remove: 'delete from used_proofs', column: 'expires_at' },
  { remove: 'delete from partial_sign_ins', column: 'expires_at' },
  { remove: 'delete from used_challenges', column: 'expires_at' },
  { remove: 'delete from federation_states', column: 'expires_at' },
  { remove: 'delete from arrivals', column: 'expires_at' },
  { remove: 'delete from trials', column: 'expires_at' },
  { remove: 'delete from sign_in_decisions', column: 'at', keptMs: TOLD_MS },
]

/**
 * Removes what is over: sessions, sign-ins that nobody went on with, codes, grants and tokens, guesses at passwords, links
 * that were mailed, and alerts. True if there is more than goes at once.
 */
export async function removeExpired(db: Db, tenantId: string, now: Date): Promise<boolean> {
  let full = SWEPT
  let others = rarelyMany(tenantId, now.getTime())
  for (let i = 0; i < PORTIONS && full.length > 0; i++) {
    const before = hangingOn(full, tenantId, now.getTime())
    const portions = full.map((swept) => portionOf(swept, tenantId, now.getTime()))
    const results = await runBatch(db, [...before, ...portions, ...others])
    full = full.filter((_, at) => results[before.length + at]?.rowsAffected === PORTION)
    others = []
  }
  return full.length > 0
}

/** The oldest rows of a table that are over. With the `+` SQLite finds them by their rowid, and not among all of a tenant. */
function portionOf(swept: Swept, tenantId: string, now: number): Sql {
  return sql`${verbatim(swept.remove)} where +tenant_id = ${tenantId} and rowid in (${over(swept, 'rowid', tenantId, now)})`
}

/** What goes with them, and stands in a table without a time of its own. */
function hangingOn(full: readonly Swept[], tenantId: string, now: number): Sql[] {
  return full
    .filter(({ remove }) => remove === 'delete from sessions')
    .map(
      (sessions) => sql`delete from session_applications where tenant_id = ${tenantId}
        and sid in (${over(sessions, 'sid', tenantId, now)})`,
    )
}

function over({ remove, column, keptMs = 0 }: Swept, what: string, tenantId: string, now: number): Sql {
  const [select, time] = [verbatim(remove.replace('delete', `select ${what}`)), verbatim(column)]
  return sql`${select} where tenant_id = ${tenantId} and ${time} < ${now - keptMs} order by ${time} limit ${PORTION}`
}

/** What a tenant has little of, or what no index finds by its age. */
function rarelyMany(tenantId: string, now: number): Statement[] {
  return [
    // They are counted by for an hour after they were made, and good for a day at the most.
    sql`delete from mailed_links where tenant_id = ${tenantId} and created < ${now - DAY_MS}`,
    // Of sessions that are over, and of sign-ins that nobody ended.
    sql`delete from federated_sessions where tenant_id = ${tenantId} and created < ${now - HOUR_MS}
      and not exists (select 1 from sessions s where s.tenant_id = ${tenantId} and s.sid = federated_sessions.sid
        and s.expires_at >= ${now})`,
    sql`delete from device_guesses where tenant_id = ${tenantId} and since < ${now - HOUR_MS}`,
    sql`update applications set former_secret_hash = null, former_secret_sealed = null, former_secret_expires_at = null
      where tenant_id = ${tenantId} and former_secret_expires_at < ${now}`,
    sql`delete from throttles where tenant_id = ${tenantId} and last_failure < ${now - DAY_MS}`,
    sql`delete from sign_in_failures where tenant_id = ${tenantId} and last_failure < ${now - DAY_MS}`,
    sql`delete from alerts where tenant_id = ${tenantId} and created < ${now - TOLD_MS} and state <> 'pending'`,
  ]
}
