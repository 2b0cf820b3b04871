import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import { deliveries, provisionedResources } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { type DeliveryRow, isOpen } from '../queries.ts'

/** A resource at a connector: the key of the ledger, and what a delivery is about. */
type LedgerKey = Pick<DeliveryRow, 'connectorId' | 'resourceType' | 'resourceId'>

/** What a target was last sent of a resource, and the id that it has there. */
export async function findLedger({ db, tenantId }: Scope, entry: LedgerKey) {
  const [row] = await db
    .select({ remoteId: provisionedResources.remoteId, sent: provisionedResources.sent })
    .from(provisionedResources)
    .where(and(eq(provisionedResources.tenantId, tenantId), isLedgerOf(entry)))
    .limit(1)
  return row
}

/** The one entry of a resource at a connector, of whatever tenant the query names. */
export function isLedgerOf({ connectorId, resourceType, resourceId }: LedgerKey): SQL | undefined {
  return and(
    eq(provisionedResources.connectorId, connectorId),
    eq(provisionedResources.resourceType, resourceType),
    eq(provisionedResources.resourceId, resourceId),
  )
}

/**
 * Whether what a target has under this id is another resource of ours, or one of ours that is on its way to it or from
 * it. The first question reads the connector's ledger: it is asked only where names meet.
 */
export async function isAnothers(
  { db, tenantId }: Scope,
  { connectorId, resourceType, resourceId }: LedgerKey,
  found: { readonly remoteId: string; readonly externalId: string | undefined },
): Promise<boolean> {
  const ledger = provisionedResources
  const [inLedger, onItsWay] = await db.batch([
    db
      .select({ one: sql`1` })
      .from(ledger)
      .where(
        and(
          eq(ledger.tenantId, tenantId),
          eq(ledger.connectorId, connectorId),
          eq(ledger.resourceType, resourceType),
          eq(ledger.remoteId, found.remoteId),
          ne(ledger.resourceId, resourceId),
        ),
      )
      .limit(1),
    db
      .select({ one: sql`1` })
      .from(deliveries)
      .where(
        and(
          eq(deliveries.tenantId, tenantId),
          eq(deliveries.connectorId, connectorId),
          eq(deliveries.resourceType, resourceType),
          eq(deliveries.resourceId, found.externalId ?? ''),
          ne(deliveries.resourceId, resourceId),
          isOpen,
        ),
      )
      .limit(1),
  ])
  return inLedger.length > 0 || onItsWay.length > 0
}
