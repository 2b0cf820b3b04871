/**
 * The deletion guard. A removal is planned twice: the first time it is only counted, and goes behind all that is due; by
 * the time it comes again, whatever was going to be removed with it is counted too. So a mistake that would empty a
 * target is seen as a whole before its first removal.
 */
import { getConnector } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { runBatch, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Claimed } from '../commands.ts'
import { type Probe, returnProbe } from '../target/commands.ts'
import type { Lane } from '../target/lanes.ts'
import { findRemovals } from './queries.ts'
import { DEFAULT_GUARD_PERCENT, GUARD_WINDOW_MS, isTooMuch } from './rules.ts'

/** What is known of removals serves for so long: ten thousand of them do not count each other. Milliseconds. */
const FRESH_MS = 1000

/** Lets a removal go, or puts the delivery back: behind the others, or until somebody allows it. */
export async function guardRemoval(
  scope: Scope,
  lane: Lane,
  row: Claimed,
  probe: Probe | undefined,
  percent = DEFAULT_GUARD_PERCENT,
): Promise<'go' | 'put back'> {
  if (percent >= 100 || row.removal === 2) return 'go'
  if (row.removal === 0) {
    await putBack(scope, row, probe)
    return 'put back'
  }
  const at = scope.now.getTime()
  if (!lane.guard || at - lane.guard.at > FRESH_MS) {
    lane.guard = { at, isClosed: isTooMuch(await findRemovals(scope, row.connectorId), percent) }
  }
  if (!lane.guard.isClosed) return 'go'
  await hold(scope, row, probe)
  return 'put back'
}

/** Counted from now on. Its turn is behind all that is due already. */
async function putBack(scope: Scope, row: Claimed, probe: Probe | undefined): Promise<void> {
  const { db, tenantId, now } = scope
  await runBatch(db, [
    sql`update deliveries set removal = 1, next_attempt_at = ${now}, attempts = attempts - 1,
        lease_id = null, lease_until = null
      where tenant_id = ${tenantId} and id = ${row.id} and lease_id = ${row.leaseId} and generation = ${row.generation}`,
    ...release(scope, row, probe),
  ])
}

const HELD = 'The deletion guard holds it: more would be removed than is allowed within a day.'

async function hold(scope: Scope, row: Claimed, probe: Probe | undefined): Promise<void> {
  const { db, tenantId, now } = scope
  await runBatch(db, [
    sql`insert into targets (tenant_id, connector_id, removals_held_at) values (${tenantId}, ${row.connectorId}, ${now})
      on conflict do update set removals_held_at = coalesce(removals_held_at, excluded.removals_held_at)`,
    sql`update deliveries set state = 'blocked', last_error = ${HELD}, next_attempt_at = null, attempts = attempts - 1,
        last_modified = ${now}, lease_id = null, lease_until = null
      where tenant_id = ${tenantId} and id = ${row.id} and lease_id = ${row.leaseId} and generation = ${row.generation}`,
    ...release(scope, row, probe),
  ])
}

/** Of a delivery that changed meanwhile only the lease goes. Nothing was sent: another one is the probe. */
function release(scope: Scope, row: Claimed, probe: Probe | undefined): Statement[] {
  const { tenantId } = scope
  return [
    sql`update deliveries set attempts = attempts - 1, lease_id = null, lease_until = null
      where tenant_id = ${tenantId} and id = ${row.id} and lease_id = ${row.leaseId}`,
    ...(probe ? [returnProbe(scope, row.connectorId, probe)] : []),
  ]
}

/** With the record of a removal: counted, unless somebody allowed it. */
export function countRemoval({ tenantId, now }: Scope, row: Claimed): Statement[] {
  if (row.removal === 2) return []
  const since = now.getTime() - GUARD_WINDOW_MS
  const base = sql`(select count(*) from provisioned_resources where tenant_id = ${tenantId}
    and connector_id = ${row.connectorId})`
  return [
    sql`insert into targets (tenant_id, connector_id, removals_since, removals, removals_base)
      values (${tenantId}, ${row.connectorId}, ${now}, 1, 1 + ${base})
      on conflict do update set
        removals = case when removals_since > ${since} then removals + 1 else 1 end,
        removals_base = case when removals_since > ${since} then removals_base else 1 + ${base} end,
        removals_since = case when removals_since > ${since} then removals_since else ${now} end`,
  ]
}

/**
 * Lets all removals go that the guard holds, and begins the day's count anew: somebody has looked. Problem 404; 409 if it
 * holds none and has counted none.
 */
export async function allowRemovals(scope: Scope, connectionId: string, connectorId: string): Promise<void> {
  await getConnector(scope, connectionId, connectorId)
  const { db, tenantId, now } = scope
  const [counted, allowed] = await runBatch(db, [
    sql`update targets set removals_held_at = null, removals = 0, removals_since = null
      where tenant_id = ${tenantId} and connector_id = ${connectorId} and (removals > 0 or removals_held_at is not null)`,
    sql`update deliveries set removal = 2, state = 'pending', last_error = null, next_attempt_at = ${now},
        failing_since = null, last_modified = ${now}
      where tenant_id = ${tenantId} and connector_id = ${connectorId} and open = 1 and removal = 1`,
  ])
  if (!allowed?.rowsAffected && !counted?.rowsAffected)
    throw new Problem(409, 'The deletion guard holds nothing of this connector.')
  await scope.platform.wake({ tenantId })
}
