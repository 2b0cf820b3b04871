import { and, asc, count, desc, eq, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { Problem } from '../core/errors.ts'
import type { Db } from '../db/open.ts'
import {
  connections,
  connectors,
  deliveries,
  deliveryAttempts,
  type DeliveryState,
  pendingPasswords,
} from '../db/schema.ts'
import type { Scope } from '../platform.ts'

export type DeliveryRow = typeof deliveries.$inferSelect

/** Deliveries of all tenants that may be tried now, users before groups, whose members they are. */
export async function listDue(db: Db, now: Date, limit: number) {
  return db
    .select({ tenantId: deliveries.tenantId, id: deliveries.id, type: deliveries.resourceType })
    .from(deliveries)
    .innerJoin(connectors, isEnabledConnector())
    .where(and(isDue(now), or(isNull(deliveries.leaseUntil), lte(deliveries.leaseUntil, now))))
    .orderBy(asc(deliveries.nextAttemptAt))
    .limit(limit)
}

/** When the next delivery of any tenant may be tried; undefined if none waits. */
export async function findNextDue(db: Db): Promise<Date | undefined> {
  const rows = await db
    .select({ at: deliveries.nextAttemptAt, leaseUntil: deliveries.leaseUntil })
    .from(deliveries)
    .innerJoin(connectors, isEnabledConnector())
    .where(and(isOpen, isNotNull(deliveries.nextAttemptAt)))
    .orderBy(asc(deliveries.nextAttemptAt))
    .limit(50)
  const times = rows.map(({ at, leaseUntil }) => Math.max(at?.getTime() ?? 0, leaseUntil?.getTime() ?? 0))
  return times.length === 0 ? undefined : new Date(Math.min(...times))
}

/** A literal: by it the planner knows that the partial indexes serve, whatever the values are that come later. */
export const isOpen = sql`${deliveries.open} = 1`

export function isDue(now: Date): SQL | undefined {
  return and(isOpen, lte(deliveries.nextAttemptAt, now))
}

function isEnabledConnector(): SQL | undefined {
  return and(
    eq(connectors.tenantId, deliveries.tenantId),
    eq(connectors.id, deliveries.connectorId),
    eq(connectors.enabled, true),
  )
}

/** The sealed password that targets still have to be told of this user. */
export async function findPendingPassword({ db, tenantId }: Scope, userId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ sealed: pendingPasswords.sealed })
    .from(pendingPasswords)
    .where(and(eq(pendingPasswords.tenantId, tenantId), eq(pendingPasswords.userId, userId)))
    .limit(1)
  return row?.sealed
}

export type DeliveryFilter = {
  readonly connectionId?: string | undefined
  readonly state?: DeliveryState | undefined
}

const view = {
  id: deliveries.id,
  connectionId: connections.id,
  connection: connections.name,
  connectorId: connectors.id,
  connector: connectors.name,
  resourceType: deliveries.resourceType,
  resourceId: deliveries.resourceId,
  resourceName: deliveries.resourceName,
  operation: deliveries.operation,
  state: deliveries.state,
  attempts: deliveries.attempts,
  lastError: deliveries.lastError,
  nextAttemptAt: deliveries.nextAttemptAt,
  created: deliveries.created,
  lastModified: deliveries.lastModified,
}

function deliveriesWithNames({ db, tenantId }: Scope) {
  return db
    .select(view)
    .from(deliveries)
    .innerJoin(connectors, and(eq(connectors.tenantId, tenantId), eq(connectors.id, deliveries.connectorId)))
    .innerJoin(connections, and(eq(connections.tenantId, tenantId), eq(connections.id, connectors.connectionId)))
}
export type DeliveryView = Awaited<ReturnType<typeof deliveriesWithNames>>[number]

function matching({ tenantId }: Scope, { connectionId, state }: DeliveryFilter): SQL | undefined {
  const ofConnection = sql`${deliveries.connectorId} in (select c.id from ${connectors} c
    where c.tenant_id = ${tenantId} and c.connection_id = ${connectionId ?? ''})`
  return and(
    eq(deliveries.tenantId, tenantId),
    connectionId === undefined ? undefined : ofConnection,
    state === undefined ? undefined : eq(deliveries.state, state),
  )
}

/** One page of the outbound log, the newest first, and how many there are in all. */
export async function listDeliveries(
  scope: Scope,
  page: DeliveryFilter & { readonly offset: number; readonly limit: number },
): Promise<{ total: number; rows: DeliveryView[] }> {
  const where = matching(scope, page)
  const [counted] = await scope.db.select({ total: count() }).from(deliveries).where(where)
  const rows = await deliveriesWithNames(scope)
    .where(where)
    .orderBy(desc(deliveries.created), desc(deliveries.id))
    .limit(page.limit)
    .offset(page.offset)
  return { total: counted?.total ?? 0, rows }
}

/** The log behind a delivery (its time and id), the newest first: for paging with a cursor. */
export async function listDeliveriesAfter(
  scope: Scope,
  filter: DeliveryFilter,
  after: { readonly created: Date; readonly id: string } | undefined,
  limit: number,
): Promise<DeliveryView[]> {
  const behind = after && sql`(${deliveries.created}, ${deliveries.id}) < (${after.created.getTime()}, ${after.id})`
  return deliveriesWithNames(scope)
    .where(and(matching(scope, filter), behind))
    .orderBy(desc(deliveries.created), desc(deliveries.id))
    .limit(limit)
}

/** Throws Problem 404. */
export async function getDelivery(scope: Scope, id: string): Promise<DeliveryView> {
  const [row] = await deliveriesWithNames(scope)
    .where(and(eq(deliveries.tenantId, scope.tenantId), eq(deliveries.id, id)))
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such delivery.')
  return row
}

/** The requests of a delivery and their answers, in order: by time, and by row where several share a millisecond. */
export async function listAttempts({ db, tenantId }: Scope, deliveryId: string) {
  return db
    .select({
      attempt: deliveryAttempts.attempt,
      at: deliveryAttempts.at,
      method: deliveryAttempts.method,
      url: deliveryAttempts.url,
      status: deliveryAttempts.status,
      error: deliveryAttempts.error,
      durationMs: deliveryAttempts.durationMs,
    })
    .from(deliveryAttempts)
    .where(and(eq(deliveryAttempts.tenantId, tenantId), eq(deliveryAttempts.deliveryId, deliveryId)))
    .orderBy(asc(deliveryAttempts.at), sql`${deliveryAttempts}.rowid`)
}

/** How many deliveries of a connection are in each state. */
export async function countDeliveries(scope: Scope, connectionId: string): Promise<Record<DeliveryState, number>> {
  const rows = await scope.db
    .select({ state: deliveries.state, total: count() })
    .from(deliveries)
    .where(matching(scope, { connectionId }))
    .groupBy(deliveries.state)
  const counts = { pending: 0, delivered: 0, retrying: 0, blocked: 0, dead: 0 }
  for (const { state, total } of rows) counts[state] = total
  return counts
}
