import { rowsOf } from '../../db/open.ts'
import { join, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Throttle } from './backoff.ts'

/** Until when nothing of any of these is looked at; undefined if all may be. */
export async function findBlock(
  { db, tenantId, now }: Scope,
  throttles: readonly Throttle[],
): Promise<Date | undefined> {
  if (throttles.length === 0) return undefined
  const any = throttles.map(
    ({ kind, key }) => sql`select blocked_until until from throttles
      where tenant_id = ${tenantId} and kind = ${kind} and key = ${key} and blocked_until > ${now}`,
  )
  const rows = await rowsOf<{ until: number }>(db, join(any, ' union all '))
  const latest = Math.max(0, ...rows.map(({ until }) => until))
  return latest > 0 ? new Date(latest) : undefined
}
