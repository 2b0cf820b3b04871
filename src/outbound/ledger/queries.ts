import { and, eq, ne, sql } from 'drizzle-orm'
import { firstOf } from '../../db/open.ts'
import { deliveries, provisionedResources } from '../../db/schema.ts'
import { sql as sqlText } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { type DeliveryRow, isOpen } from '../queries.ts'

/** A resource at a connector: the key of the ledger, and what a delivery is about. */
type LedgerKey = Pick<DeliveryRow, 'connectorId' | 'resourceType' | 'resourceId'>

/** What a target was last sent of a resource, and the id that it has there. */
export async function findLedger({ db, tenantId }: Scope, { connectorId, resourceType, resourceId }: LedgerKey) {
  const row = await firstOf<{ remoteId: string; sent: string }>(
    db,
    sqlText`select remote_id as remoteId, sent from provisioned_resources where tenant_id = ${tenantId}
      and connector_id = ${connectorId} and resource_type = ${resourceType} and resource_id = ${resourceId}`,
  )
  return row && { remoteId: row.remoteId, sent: JSON.parse(row.sent) as Readonly<Record<string, unknown>> }
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
