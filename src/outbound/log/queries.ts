/** The outbound log, as it is searched and read. */
import { and, asc, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { Problem } from '../../core/errors.ts'
import {
  connections,
  connectors,
  deliveries,
  deliveryAttempts,
  type DeliveryState,
  logSettings,
  type ProvisionedType,
} from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { DEFAULT_LOG_SETTINGS, type LogSettings } from './settings.ts'

/** What is absent does not matter. */
export type DeliveryFilter = {
  readonly connectionId?: string | undefined
  /** Its id, or its name. */
  readonly connector?: string | undefined
  /** The id of a resource, or a part of its name. */
  readonly resource?: string | undefined
  readonly resourceType?: ProvisionedType | undefined
  readonly state?: DeliveryState | undefined
  /** When the change was made: from then on, and before then. */
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** A place in the log, which has the newest first. */
export type Place = { readonly created: Date; readonly id: string }

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

/** The cross join has SQLite take the connectors first, of which there are few. */
function deliveriesWithNames({ db, tenantId }: Scope) {
  return db
    .select(view)
    .from(connectors)
    .innerJoin(connections, and(eq(connections.tenantId, tenantId), eq(connections.id, connectors.connectionId)))
    .crossJoin(deliveries)
}
export type DeliveryView = Awaited<ReturnType<typeof deliveriesWithNames>>[number]

/**
 * The newest deliveries behind a place. Each connector gives as many as may be shown, from the end of its own log, so
 * that none is read through because there are others.
 */
export async function listDeliveries(
  scope: Scope,
  filter: DeliveryFilter,
  { after, limit }: { readonly after?: Place | undefined; readonly limit: number },
): Promise<DeliveryView[]> {
  const { tenantId } = scope
  const { connectionId, connector } = filter
  return deliveriesWithNames(scope)
    .where(
      and(
        eq(connectors.tenantId, tenantId),
        connectionId === undefined ? undefined : eq(connectors.connectionId, connectionId),
        connector === undefined ? undefined : or(eq(connectors.id, connector), eq(connectors.name, connector)),
        eq(deliveries.tenantId, tenantId),
        inArray(deliveries.id, newestOfConnector(scope, filter, after, limit)),
      ),
    )
    .orderBy(desc(deliveries.created), desc(deliveries.id))
    .limit(limit)
}

const one = alias(deliveries, 'one')

/** Of the connector of the row around it. A plus before a column keeps SQLite from an index that it would take for its order. */
function newestOfConnector({ db, tenantId }: Scope, filter: DeliveryFilter, after: Place | undefined, limit: number) {
  const { resource, resourceType, state, from, to } = filter
  const isOneResource = resource !== undefined && isResourceId(resource)
  const isOpen = state !== undefined && state !== 'delivered' && state !== 'refused'
  // What is open is little, and is found by the index of what is open (to name each type is what has SQLite take it);
  // the rest is read in the order of the log.
  const created = isOpen ? sql`+${one.created}` : one.created
  return db
    .select({ id: one.id })
    .from(one)
    .where(
      and(
        eq(one.tenantId, tenantId),
        eq(one.connectorId, connectors.id),
        resource === undefined ? undefined : isOneResource ? eq(one.resourceId, resource) : isNamed(resource),
        resourceType === undefined ? undefined : eq(one.resourceType, resourceType),
        isOpen ? sql`${one.open} = 1` : undefined,
        state === undefined ? undefined : eq(one.state, state),
        from === undefined ? undefined : sql`${created} >= ${from.getTime()}`,
        to === undefined ? undefined : sql`${created} < ${to.getTime()}`,
        after === undefined ? undefined : sql`(${created}, ${one.id}) < (${after.created.getTime()}, ${after.id})`,
      ),
    )
    .orderBy(sql`${created} desc`, desc(one.id))
    .limit(limit)
}

function isNamed(part: string): SQL {
  return sql`instr(lower(${one.resourceName}), lower(${part})) > 0`
}

/** Ids of ours are UUIDs, and hardly anybody is called so. */
function isResourceId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

/** Throws Problem 404. */
export async function getDelivery(scope: Scope, id: string): Promise<DeliveryView> {
  const { tenantId } = scope
  const [row] = await deliveriesWithNames(scope)
    .where(
      and(
        eq(connectors.tenantId, tenantId),
        eq(deliveries.tenantId, tenantId),
        eq(deliveries.id, id),
        eq(connectors.id, deliveries.connectorId),
      ),
    )
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such delivery.')
  return row
}

/** The requests of a delivery and their answers, in order: by time, and by row where several share a millisecond. */
export async function listAttempts({ db, tenantId }: Scope, deliveryId: string) {
  return db
    .select({
      attempt: deliveryAttempts.attempt,
      decision: deliveryAttempts.decision,
      at: deliveryAttempts.at,
      method: deliveryAttempts.method,
      url: deliveryAttempts.url,
      status: deliveryAttempts.status,
      error: deliveryAttempts.error,
      request: deliveryAttempts.request,
      answer: deliveryAttempts.answer,
      durationMs: deliveryAttempts.durationMs,
    })
    .from(deliveryAttempts)
    .where(and(eq(deliveryAttempts.tenantId, tenantId), eq(deliveryAttempts.deliveryId, deliveryId)))
    .orderBy(asc(deliveryAttempts.at), sql`${deliveryAttempts}.rowid`)
}
export type AttemptView = Awaited<ReturnType<typeof listAttempts>>[number]

/** How long this tenant keeps what has ended. */
export async function findLogSettings({ db, tenantId }: Scope): Promise<LogSettings> {
  const [row] = await db
    .select({ keepDays: logSettings.keepDays })
    .from(logSettings)
    .where(eq(logSettings.tenantId, tenantId))
    .limit(1)
  return row ?? DEFAULT_LOG_SETTINGS
}
