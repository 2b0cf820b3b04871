import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { insertDeadLetterAlert } from '../connections/alerts/commands.ts'
import { newId, newResourceId } from '../core/ids.ts'
import { DEMAND_ONE_CHANGE, runBatch, runGuardedBatch, type Statement } from '../db/open.ts'
import { asText, rowOf } from '../db/rows.ts'
import { deliveries, type DeliveryState } from '../db/schema.ts'
import { sql as sqlText } from '../db/sql.ts'
import { forgetPasswords } from '../directory/outbox.ts'
import type { Scope } from '../platform.ts'
import type { Body } from './body.ts'
import type { Attempt } from './push.ts'
import { type DeliveryRow, LEASE_MS } from './queries.ts'

/** A delivery that this consumer has alone; `waitedUntil` if it is the first one after its target was left alone. */
export type Claimed = DeliveryRow & { readonly waitedUntil: number | null; readonly quarantinedAt: number | null }

/**
 * Of several consumers that ask for one delivery at once, one gets it; the others get nothing. Nobody gets one whose
 * connector is paused or was asked to wait.
 */
export async function claimDelivery(scope: Scope, id: string): Promise<Claimed | undefined> {
  const [row] = await claimDeliveries(scope, [id])
  return row
}

/** Claims each of several deliveries, all in one statement; gives those that were got, in no order. */
export async function claimDeliveries(
  { db, tenantId, now }: Scope,
  ids: readonly string[],
): Promise<readonly Claimed[]> {
  const until = new Date(now.getTime() + LEASE_MS)
  const [claimed] = await runBatch(db, [
    sqlText`update deliveries set lease_id = ${newId()}, lease_until = ${until}, attempts = attempts + 1
      where tenant_id = ${tenantId} and id in (select value from json_each(${JSON.stringify(ids)}))
        and open = 1 and next_attempt_at <= ${now} and (lease_until is null or lease_until <= ${now})
        and not exists (select 1 from targets t where t.tenant_id = deliveries.tenant_id
          and t.connector_id = deliveries.connector_id and (t.paused_at is not null or t.wait_until > ${now}))
      returning ${asText(deliveries, 'deliveries')} as row, (select t.wait_until from targets t where t.tenant_id = deliveries.tenant_id
          and t.connector_id = deliveries.connector_id) as waited_until,
        (select t.quarantined_at from targets t where t.tenant_id = deliveries.tenant_id
          and t.connector_id = deliveries.connector_id) as quarantined_at`,
  ])
  return (claimed?.rows ?? []).map((stored) => ({
    ...rowOf(deliveries, stored.row),
    waitedUntil: timeOf(stored.waited_until),
    quarantinedAt: timeOf(stored.quarantined_at),
  }))
}

function timeOf(stored: unknown): number | null {
  return typeof stored === 'number' ? stored : null
}

/** Gives a delivery back as it was: nothing was sent. */
export async function releaseDelivery({ db, tenantId }: Scope, row: DeliveryRow): Promise<void> {
  await runBatch(db, [
    sqlText`update deliveries set lease_id = null, lease_until = null, attempts = attempts - 1
      where tenant_id = ${tenantId} and id = ${row.id} and lease_id = ${row.leaseId}`,
  ])
}

/** What was asked of the target, and what had been decided to do there. */
export type Tried = { readonly attempts: readonly Attempt[]; readonly decision: string }

/**
 * Gives back a delivery in whose middle this process ended: another one may claim it at once. It may have arrived, which
 * the number of its attempts goes on saying; it has not failed.
 */
export async function handOver(
  scope: Scope,
  row: DeliveryRow,
  handed: Tried & { readonly follow: readonly Statement[] },
): Promise<void> {
  await runGuardedBatch(scope.db, [
    sqlText`update deliveries set lease_id = null, lease_until = null
      where tenant_id = ${scope.tenantId} and id = ${row.id} and lease_id = ${row.leaseId}`,
    DEMAND_ONE_CHANGE,
    ...attemptStatements(scope, row, handed),
    ...handed.follow,
  ])
}

export type Arrival = Tried & {
  /** Where the resource stands at the target now; undefined if it is not there any more. */
  readonly remoteId: string | undefined
  readonly sent: Body | undefined
  /** What the arrival made dirty for the same connector, and what it says of the target. */
  readonly follow: readonly Statement[]
}

/**
 * Records that a delivery arrived: the ledger, the log, and the end of the row unless the resource changed meanwhile.
 * One batch; StaleRow if the lease went to another consumer, who will find out by itself.
 */
export async function recordArrival(scope: Scope, row: DeliveryRow, arrival: Arrival): Promise<void> {
  await runGuardedBatch(scope.db, arrivalStatements(scope, row, arrival))
}

/** The same for a batch with DEMAND_ONE_CHANGE; up to `generation` the resource is as it was sent. */
export function arrivalStatements(
  scope: Scope,
  row: DeliveryRow,
  arrival: Arrival,
  generation: number = row.generation,
): Statement[] {
  const { tenantId, now } = scope
  return [
    sqlText`update deliveries set open = generation > ${generation},
        state = case when generation <= ${generation} then 'delivered' else 'pending' end,
        next_attempt_at = case when generation <= ${generation} then null else next_attempt_at end,
        attempts = case when generation <= ${generation} then attempts else 0 end,
        last_error = null, failing_since = null, removal = 0, lease_id = null, lease_until = null,
        last_modified = ${now}
      where tenant_id = ${tenantId} and id = ${row.id} and lease_id = ${row.leaseId}`,
    DEMAND_ONE_CHANGE,
    ledgerStatement(scope, row, arrival),
    ...attemptStatements(scope, row, arrival),
    // Of a password that nobody has to be told by this delivery another one takes care.
    ...(row.withPassword ? [forgetPasswords(tenantId, row.resourceId)] : []),
    ...arrival.follow,
  ]
}

export type Failure = Tried & {
  readonly state: Extract<DeliveryState, 'retrying' | 'blocked' | 'dead'>
  readonly error: string
  /** Absent for `dead`: only a change or an administrator opens it again. */
  readonly nextAttemptAt: Date | undefined
  /** What the failure says of the target. */
  readonly follow: readonly Statement[]
}

/**
 * Records that an attempt failed. A change that came meanwhile keeps its own, earlier time. Answers whether the last of
 * the statements that follow changed anything.
 */
export async function recordFailure(scope: Scope, row: DeliveryRow, failure: Failure): Promise<boolean> {
  const { db, tenantId, now } = scope
  const { state, nextAttemptAt = null } = failure
  const results = await runGuardedBatch(db, [
    sqlText`update deliveries set state = case generation when ${row.generation} then ${state} else 'pending' end,
        next_attempt_at = case generation when ${row.generation} then ${nextAttemptAt} else next_attempt_at end,
        last_error = ${failure.error.slice(0, 1000)},
        failing_since = case generation when ${row.generation} then coalesce(failing_since, ${now}) end,
        lease_id = null, lease_until = null, last_modified = ${now}
      where tenant_id = ${tenantId} and id = ${row.id} and lease_id = ${row.leaseId}`,
    DEMAND_ONE_CHANGE,
    ...attemptStatements(scope, row, failure),
    ...(failure.state === 'dead' ? [insertDeadLetterAlert(scope, row, failure.error)] : []),
    ...failure.follow,
  ])
  return failure.follow.length > 0 && (results.at(-1)?.rowsAffected ?? 0) > 0
}

/**
 * A target that answers again gets at once what waits since it was down. What it refused itself, with a status in its
 * row's last error, keeps the time that it was told.
 */
export function callBack({ db, tenantId, now }: Scope, connectorId: string): Statement {
  return db
    .update(deliveries)
    .set({ nextAttemptAt: now })
    .where(
      and(
        eq(deliveries.tenantId, tenantId),
        eq(deliveries.connectorId, connectorId),
        sql`${deliveries.open} = 1`,
        gt(deliveries.nextAttemptAt, now),
        inArray(deliveries.state, ['pending', 'retrying']),
        sql`coalesce(${deliveries.lastError}, '') not glob '*: [1-5][0-9][0-9]*'`,
      ),
    )
}

export function ledgerStatement(
  { tenantId, now }: Scope,
  row: DeliveryRow,
  { remoteId, sent }: Pick<Arrival, 'remoteId' | 'sent'>,
): Statement {
  const { connectorId, resourceType, resourceId } = row
  if (remoteId === undefined || sent === undefined) {
    return sqlText`delete from provisioned_resources where tenant_id = ${tenantId} and connector_id = ${connectorId}
      and resource_type = ${resourceType} and resource_id = ${resourceId}`
  }
  return sqlText`insert into provisioned_resources (tenant_id, connector_id, resource_type, resource_id, remote_id, sent,
      last_modified)
    values (${tenantId}, ${connectorId}, ${resourceType}, ${resourceId}, ${remoteId}, ${JSON.stringify(sent)}, ${now})
    on conflict do update set remote_id = excluded.remote_id, sent = excluded.sent,
      last_modified = excluded.last_modified`
}

/** A statement for each, as there is one as a rule: its text is always the same. Ids in the order of time. */
export function attemptStatements(
  { tenantId, now }: Scope,
  row: DeliveryRow,
  { attempts, decision }: Tried,
): Statement[] {
  return attempts.map(
    (one) =>
      sqlText`insert into delivery_attempts (tenant_id, id, delivery_id, attempt, decision, at, method, url, status, error,
          request, answer, duration_ms)
        values (${tenantId}, ${newResourceId(now)}, ${row.id}, ${row.attempts}, ${decision}, ${one.at}, ${one.method},
          ${one.url}, ${one.status ?? null}, ${one.error?.slice(0, 1000) || null}, ${one.request ?? null},
          ${one.answer ?? null}, ${one.durationMs})`,
  )
}
