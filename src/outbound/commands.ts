import { and, eq, getTableColumns, gt, inArray, isNull, lte, or, sql } from 'drizzle-orm'
import { insertDeadLetterAlert } from '../connections/alerts/commands.ts'
import { newId } from '../core/ids.ts'
import { DEMAND_ONE_CHANGE, runGuardedBatch, type Statement } from '../db/open.ts'
import { deliveries, deliveryAttempts, type DeliveryState, provisionedResources } from '../db/schema.ts'
import { forgetPasswords } from '../directory/outbox.ts'
import type { Scope } from '../platform.ts'
import type { Body } from './body.ts'
import { isLedgerOf } from './ledger/queries.ts'
import type { Attempt } from './push.ts'
import { type DeliveryRow, isDue, isOpenTarget, LEASE_MS } from './queries.ts'

/** A delivery that this consumer has alone; `waitedUntil` if it is the first one after its target was left alone. */
export type Claimed = DeliveryRow & { readonly waitedUntil: number | null; readonly quarantinedAt: number | null }

/**
 * Of several consumers that ask for one delivery at once, one gets it; the others get nothing. Nobody gets one whose
 * connector is paused or was asked to wait.
 */
export async function claimDelivery({ db, tenantId, now }: Scope, id: string): Promise<Claimed | undefined> {
  const [row] = await db
    .update(deliveries)
    .set({
      leaseId: newId(),
      leaseUntil: new Date(now.getTime() + LEASE_MS),
      attempts: sql`${deliveries.attempts} + 1`,
    })
    .where(
      and(
        eq(deliveries.tenantId, tenantId),
        eq(deliveries.id, id),
        isDue(now),
        or(isNull(deliveries.leaseUntil), lte(deliveries.leaseUntil, now)),
        isOpenTarget(now),
      ),
    )
    .returning({
      ...getTableColumns(deliveries),
      waitedUntil: sql<number | null>`(select t.wait_until from targets t where t.tenant_id = ${tenantId}
        and t.connector_id = deliveries.connector_id)`,
      quarantinedAt: sql<number | null>`(select t.quarantined_at from targets t where t.tenant_id = ${tenantId}
        and t.connector_id = deliveries.connector_id)`,
    })
  return row
}

/** Gives a delivery back as it was: nothing was sent. */
export async function releaseDelivery(scope: Scope, row: DeliveryRow): Promise<void> {
  await scope.db
    .update(deliveries)
    .set({ leaseId: null, leaseUntil: null, attempts: sql`${deliveries.attempts} - 1` })
    .where(and(eq(deliveries.tenantId, scope.tenantId), isLeased(scope, row)))
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
    scope.db.update(deliveries).set({ leaseId: null, leaseUntil: null }).where(isLeased(scope, row)),
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
  const { db, now } = scope
  const unchanged = sql`${deliveries.generation} <= ${generation}`
  return [
    db
      .update(deliveries)
      .set({
        open: sql`case when ${unchanged} then 0 else 1 end`,
        state: sql`case when ${unchanged} then 'delivered' else 'pending' end`,
        nextAttemptAt: sql`case when ${unchanged} then null else ${deliveries.nextAttemptAt} end`,
        attempts: sql`case when ${unchanged} then ${deliveries.attempts} else 0 end`,
        lastError: null,
        failingSince: null,
        removal: 0,
        leaseId: null,
        leaseUntil: null,
        lastModified: now,
      })
      .where(isLeased(scope, row)),
    DEMAND_ONE_CHANGE,
    ledgerStatement(scope, row, arrival),
    ...attemptStatements(scope, row, arrival),
    forgetPasswords(scope.tenantId, row.resourceId),
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
  const { db, now } = scope
  const unchanged = sql`${deliveries.generation} = ${row.generation}`
  const at = failure.nextAttemptAt?.getTime() ?? null
  const results = await runGuardedBatch(db, [
    db
      .update(deliveries)
      .set({
        state: sql`case when ${unchanged} then ${failure.state} else 'pending' end`,
        nextAttemptAt: sql`case when ${unchanged} then ${at} else ${deliveries.nextAttemptAt} end`,
        lastError: failure.error.slice(0, 1000),
        failingSince: sql`case when ${unchanged} then coalesce(${deliveries.failingSince}, ${now.getTime()}) end`,
        leaseId: null,
        leaseUntil: null,
        lastModified: now,
      })
      .where(isLeased(scope, row)),
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

function isLeased({ tenantId }: Scope, row: DeliveryRow) {
  return and(eq(deliveries.tenantId, tenantId), eq(deliveries.id, row.id), eq(deliveries.leaseId, row.leaseId ?? ''))
}

export function ledgerStatement(
  scope: Scope,
  row: DeliveryRow,
  { remoteId, sent }: Pick<Arrival, 'remoteId' | 'sent'>,
): Statement {
  const { db, tenantId, now } = scope
  const { connectorId, resourceType, resourceId } = row
  if (remoteId === undefined || sent === undefined)
    return db.delete(provisionedResources).where(and(eq(provisionedResources.tenantId, tenantId), isLedgerOf(row)))
  const content = { remoteId, sent: { ...sent }, lastModified: now }
  return db
    .insert(provisionedResources)
    .values({ tenantId, connectorId, resourceType, resourceId, ...content })
    .onConflictDoUpdate({
      target: [
        provisionedResources.tenantId,
        provisionedResources.connectorId,
        provisionedResources.resourceType,
        provisionedResources.resourceId,
      ],
      set: content,
    })
}

export function attemptStatements(
  { db, tenantId }: Scope,
  row: DeliveryRow,
  { attempts, decision }: Tried,
): Statement[] {
  if (attempts.length === 0) return []
  const rows = attempts.map((attempt) => ({
    tenantId,
    id: newId(),
    deliveryId: row.id,
    attempt: row.attempts,
    decision,
    at: attempt.at,
    method: attempt.method,
    url: attempt.url,
    status: attempt.status ?? null,
    error: attempt.error?.slice(0, 1000) || null,
    request: attempt.request ?? null,
    answer: attempt.answer ?? null,
    durationMs: attempt.durationMs,
  }))
  return [db.insert(deliveryAttempts).values(rows)]
}
