import { firstOf, runBatch } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import {
  FIRST_WAIT_MS,
  FORGET_MS,
  FREE,
  type Kind,
  LONGEST_WAIT_MS,
  ONE_FORGOTTEN_MS,
  type Throttle,
} from './backoff.ts'
import { findBlock } from './queries.ts'

/**
 * Counts a guess before it is looked at, so that of many that come at once only the free ones are. Undefined if it may be
 * looked at; otherwise until when nobody's is. Whoever was right calls forgetGuesses or takeBack.
 */
export async function countGuess(scope: Scope, throttle: Throttle): Promise<Date | undefined> {
  const { db, tenantId, now } = scope
  const time = now.getTime()
  const { failures, last } = countedOn(throttle.kind, time)
  const beyond = sql`(${failures} - ${FREE[throttle.kind]})`
  // Nobody is held by a free one: requests that came before it may be counted after it.
  const until = sql`case when ${beyond} < 0 then throttles.blocked_until
    else ${time} + min(${FIRST_WAIT_MS} * (1 << min(${beyond}, 20)), ${LONGEST_WAIT_MS}) end`
  const counted = await firstOf<{ failures: number }>(
    db,
    sql`insert into throttles (tenant_id, kind, key, failures, last_failure, blocked_until)
      values (${tenantId}, ${throttle.kind}, ${throttle.key}, 1, ${time}, 0)
      on conflict (tenant_id, kind, key) do update set failures = ${failures}, last_failure = ${last},
        blocked_until = ${until}
      where throttles.tenant_id = ${tenantId} and throttles.blocked_until <= ${time}
      returning failures`,
  )
  if (counted) return undefined
  return (await findBlock(scope, [throttle])) ?? now
}

/** What is counted with one more guess, and since when. */
function countedOn(kind: Kind, time: number): { readonly failures: Sql; readonly last: Sql } {
  const isOver = sql`throttles.last_failure < ${time - FORGET_MS}`
  const each = ONE_FORGOTTEN_MS[kind]
  if (each === undefined) {
    return { failures: sql`(case when ${isOver} then 1 else throttles.failures + 1 end)`, last: sql`${time}` }
  }
  const forgotten = sql`cast(max(${time} - throttles.last_failure, 0) / ${each} as integer)`
  const isNew = sql`(${isOver} or throttles.failures <= ${forgotten})`
  return {
    failures: sql`(case when ${isNew} then 1 else throttles.failures - ${forgotten} + 1 end)`,
    // What has passed of the time of the next one that is forgotten goes on.
    last: sql`(case when ${isNew} then ${time} else throttles.last_failure + ${forgotten} * ${each} end)`,
  }
}

/** As countGuess, towards all of these; if one of them has to wait, towards none. */
export async function countGuesses(scope: Scope, throttles: readonly Throttle[]): Promise<Date | undefined> {
  for (const [i, throttle] of throttles.entries()) {
    const until = await countGuess(scope, throttle)
    if (!until) continue
    await takeBackGuesses(scope, throttles.slice(0, i))
    return until
  }
  return undefined
}

/** A right answer ends the count. */
export async function forgetGuesses({ db, tenantId }: Scope, { kind, key }: Throttle): Promise<void> {
  await runBatch(db, [sql`delete from throttles where tenant_id = ${tenantId} and kind = ${kind} and key = ${key}`])
}

/**
 * Of what was not looked at, or right: that is no guess, but those before it stay counted. Of an address one of many people
 * was right.
 */
export async function takeBackGuesses({ db, tenantId, now }: Scope, throttles: readonly Throttle[]): Promise<void> {
  if (throttles.length === 0) return
  await runBatch(
    db,
    throttles.map(
      ({ kind, key }) =>
        sql`update throttles set failures = max(failures - 1, 0), blocked_until = min(blocked_until, ${now.getTime()})
          where tenant_id = ${tenantId} and kind = ${kind} and key = ${key}`,
    ),
  )
}
