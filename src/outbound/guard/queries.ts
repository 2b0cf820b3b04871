import { firstOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { DEFAULT_GUARD_PERCENT, GUARD_WINDOW_MS, isTooMuch, type Removals } from './rules.ts'

/** What went from the target of a connector lately, and what is about to go; not what the target refuses to remove. */
export async function findRemovals({ db, tenantId, now }: Scope, connectorId: string): Promise<Removals> {
  const since = now.getTime() - GUARD_WINDOW_MS
  const row = await firstOf<Removals>(
    db,
    sql`select
      (select count(*) from deliveries where tenant_id = ${tenantId} and connector_id = ${connectorId}
        and open = 1 and removal = 1 and (state <> 'blocked' or next_attempt_at is null)) as waiting,
      coalesce((select removals from targets where tenant_id = ${tenantId} and connector_id = ${connectorId}
        and removals_since > ${since}), 0) as done,
      coalesce((select removals_base from targets where tenant_id = ${tenantId} and connector_id = ${connectorId}
        and removals_since > ${since}), (select count(*) from provisioned_resources where tenant_id = ${tenantId}
        and connector_id = ${connectorId})) as base`,
  )
  return row ?? { waiting: 0, done: 0, base: 0 }
}

/** How many removals of a connector wait for somebody to allow them; what its target refused has a next try. */
export async function countHeldRemovals({ db, tenantId }: Scope, connectorId: string): Promise<number> {
  const row = await firstOf<{ held: number }>(
    db,
    sql`select count(*) as held from deliveries where tenant_id = ${tenantId} and connector_id = ${connectorId}
      and open = 1 and removal = 1 and state = 'blocked' and next_attempt_at is null`,
  )
  return row?.held ?? 0
}

/** How many removals wait for somebody to allow them, and whether one more would have to. */
export async function findGuard(
  scope: Scope,
  connectorId: string,
  percent = DEFAULT_GUARD_PERCENT,
): Promise<{ readonly held: number; readonly isClosed: boolean }> {
  const held = await countHeldRemovals(scope, connectorId)
  const removals = await findRemovals(scope, connectorId)
  return { held, isClosed: isTooMuch({ ...removals, waiting: removals.waiting + 1 }, percent) }
}
export type Guard = Awaited<ReturnType<typeof findGuard>>
