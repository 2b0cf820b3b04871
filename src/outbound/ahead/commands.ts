/** The deliveries of what is pushed before it is committed: on record, and held, before anything leaves the house. */
import { and, eq, inArray } from 'drizzle-orm'
import { newId } from '../../core/ids.ts'
import { DEMAND_ONE_CHANGE, runBatch, runGuardedBatch, StaleRow, type Statement } from '../../db/open.ts'
import { deliveries } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { type Arrival, attemptStatements, ledgerStatement, type Tried } from '../commands.ts'
import { type DeliveryRow, isOpen, LEASE_MS } from '../queries.ts'
import type { Ahead } from './queries.ts'

/**
 * Opens the delivery of each, or takes the one that is open already, with one lease for all: nobody else pushes any of
 * them meanwhile. Undefined if somebody else has one of them now.
 */
export async function claimAhead(
  scope: Scope,
  wanted: readonly Ahead[],
  hasPassword: (id: string) => boolean,
): Promise<readonly DeliveryRow[] | undefined> {
  const { db, tenantId, now } = scope
  const leaseId = newId()
  const until = new Date(now.getTime() + LEASE_MS)
  await runBatch(
    db,
    wanted.map((one) => claim(scope, one, { leaseId, until, withPassword: hasPassword(one.id) })),
  )
  const ids = [...new Set(wanted.map(({ id }) => id))]
  const rows = await db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.tenantId, tenantId),
        inArray(deliveries.resourceId, ids),
        isOpen,
        eq(deliveries.leaseId, leaseId),
      ),
    )
  if (rows.length === wanted.length) return rows
  await releaseAhead(scope, rows)
  return undefined
}

/** A row that nothing was committed for is at generation 0. What is there already stays as it is. */
function claim(
  { tenantId, now }: Scope,
  { connectorId, type, id, name, operation }: Ahead,
  { leaseId, until, withPassword }: { leaseId: string; until: Date; withPassword: boolean },
): Statement {
  return sql`insert into deliveries (tenant_id, id, connector_id, resource_type, resource_id, resource_name, operation,
      state, open, generation, with_password, attempts, next_attempt_at, lease_id, lease_until, created, last_modified)
    select ${tenantId}, ${newId()}, c.id, ${type}, ${id}, ${name}, ${operation}, 'pending', 1, 0,
      ${withPassword} and c.password_provisioning, 1, ${now}, ${leaseId}, ${until}, ${now}, ${now}
    from connectors c where c.tenant_id = ${tenantId} and c.id = ${connectorId} and c.enabled = 1
    on conflict (tenant_id, connector_id, resource_type, resource_id) where open = 1 do update set
      lease_id = excluded.lease_id, lease_until = excluded.lease_until, attempts = attempts + 1,
      with_password = max(with_password, excluded.with_password)
    where lease_until is null or lease_until <= ${now}`
}

/** Nothing was sent: gives them back as they were. */
export async function releaseAhead(scope: Scope, rows: readonly DeliveryRow[]): Promise<void> {
  await runBatch(
    scope.db,
    rows.flatMap((row) => [
      sql`delete from deliveries where tenant_id = ${scope.tenantId} and ${isHeld(row)} and ${IS_NEW}`,
      sql`update deliveries set lease_id = null, lease_until = null, attempts = attempts - 1 where tenant_id = ${scope.tenantId} and ${isHeld(row)}`,
    ]),
  )
}

/** Behind the change that nobody made, which was told as the next one: what sets it back is news to a webhook. */
const SET_BACK = 2

export type Refusal = Tried & {
  readonly error: string
  /** The target may have done some of it: when it is set back to how things are here. Absent if it did nothing. */
  readonly setBackAt: Date | undefined
  /** What the refusal says of the target. */
  readonly follow: readonly Statement[]
}

/** Records that a target did not take a change: nobody made it. */
export async function recordRefusal(scope: Scope, row: DeliveryRow, refusal: Refusal): Promise<void> {
  const { now } = scope
  const error = refusal.error.slice(0, 1000)
  const { setBackAt } = refusal
  const outcome = setBackAt
    ? [
        sql`update deliveries set state = 'retrying', last_error = ${error}, lease_id = null, lease_until = null,
          generation = generation + ${SET_BACK}, next_attempt_at = min(coalesce(next_attempt_at, ${setBackAt}), ${setBackAt}), last_modified = ${now}
        where tenant_id = ${scope.tenantId} and ${isHeld(row)}`,
      ]
    : [
        sql`update deliveries set state = 'refused', open = 0, last_error = ${error}, next_attempt_at = null,
          lease_id = null, lease_until = null, last_modified = ${now} where tenant_id = ${scope.tenantId} and ${isHeld(row)} and ${IS_NEW}`,
        sql`update deliveries set lease_id = null, lease_until = null, attempts = attempts - 1
        where tenant_id = ${scope.tenantId} and ${isHeld(row)}`,
      ]
  // What it says of the target is asked of the delivery as it was pushed.
  await runBatch(scope.db, [...refusal.follow, ...outcome, ...attemptStatements(scope, row, refusal)])
}

/**
 * A target took a change that nobody made after all: what it has is remembered, and the delivery is due, so that it is
 * set back; who was made there in vain is taken away without the deletion guard. Nothing happens to a delivery that is
 * not held any more.
 */
export async function recordAbandoned(scope: Scope, row: DeliveryRow, arrival: Arrival): Promise<void> {
  const { db, now } = scope
  const words = 'The target had taken a change that was not made here: it is set back.'
  try {
    await runGuardedBatch(db, [
      sql`update deliveries set state = 'retrying', last_error = ${words}, next_attempt_at = ${now}, lease_id = null,
        lease_until = null, generation = generation + ${SET_BACK}, last_modified = ${now}, removal = case when generation = 0 and operation = 'create' then 2
          else removal end
      where tenant_id = ${scope.tenantId} and ${isHeld(row)}`,
      DEMAND_ONE_CHANGE,
      ledgerStatement(scope, row, arrival),
      ...attemptStatements(scope, row, arrival),
      ...arrival.follow,
    ])
  } catch (error) {
    if (!(error instanceof StaleRow)) throw error
  }
}

/** Opened by this claim, and nothing else happened to it: there was nothing that the target lacked. */
const IS_NEW = sql`generation = 0 and attempts = 1`

function isHeld({ id, leaseId }: DeliveryRow): Sql {
  return sql`id = ${id} and lease_id = ${leaseId ?? ''}`
}
