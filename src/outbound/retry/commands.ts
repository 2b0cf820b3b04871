/** Trying again by hand what failed. */
import { and, eq } from 'drizzle-orm'
import { listConnectors } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { runBatch } from '../../db/open.ts'
import { deliveries, type DeliveryState } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { getDelivery } from '../log/queries.ts'
import { readTargetState } from '../target/queries.ts'

/**
 * Makes a delivery due at once, whatever became of it. Problem 404; 409 if it has arrived, or if nothing goes through
 * its connector whatever is tried again.
 */
export async function retryDelivery(scope: Scope, id: string): Promise<void> {
  const { db, tenantId, now } = scope
  const delivery = await getDelivery(scope, id)
  const { pausedAt } = await readTargetState(scope, delivery.connectorId)
  if (pausedAt) throw new Problem(409, 'The connector is paused: change its settings or resume it first.')
  const reopened = await db
    .update(deliveries)
    .set({ state: 'pending', nextAttemptAt: now, failingSince: null, lastModified: now })
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, delivery.id), eq(deliveries.open, true)))
    .returning({ id: deliveries.id })
  if (reopened.length === 0) throw new Problem(409, endedWords(delivery))
  await scope.platform.wake({ tenantId })
}

function endedWords({ state }: { readonly state: DeliveryState }): string {
  return state === 'refused'
    ? 'The target refused this before it was made here: whoever wants it asks for it again.'
    : 'This delivery has arrived: there is nothing to try again.'
}

/**
 * Makes all due at once that waits for help through a connection: what is blocked, dead or both. What the deletion guard
 * holds stays: allowRemovals lets it go. Answers how many.
 */
export async function retryStuck(
  scope: Scope,
  connectionId: string,
  states: readonly Extract<DeliveryState, 'blocked' | 'dead'>[],
): Promise<number> {
  const { db, tenantId, now } = scope
  const connectors = (await listConnectors(scope, connectionId)).map(({ id }) => id)
  const [retried] = await runBatch(db, [
    sql`update deliveries set state = 'pending', next_attempt_at = ${now}, failing_since = null, last_modified = ${now}
      where tenant_id = ${tenantId} and open = 1 and not (removal = 1 and state = 'blocked' and next_attempt_at is null)
        and connector_id in (select value from json_each(${JSON.stringify(connectors)}))
        and resource_type in ('User', 'Group')
        and state in (select value from json_each(${JSON.stringify(states)}))`,
  ])
  await scope.platform.wake({ tenantId })
  return retried?.rowsAffected ?? 0
}
