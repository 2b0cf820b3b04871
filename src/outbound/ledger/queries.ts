import { and, eq, ne, type SQL, sql } from 'drizzle-orm'
import { deliveries, groupMembers, provisionedResources, type ProvisionedType } from '../../db/schema.ts'
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

export type GroupMember = {
  readonly id: string
  readonly type: ProvisionedType
  /** The member's id at the target; null if it is not there, or not known to be. */
  readonly remoteId: string | null
  readonly hasOpenDelivery: boolean
}

/** The members of a group, with what the target of this connector has of them. */
export async function listMembersAtTarget(
  { db, tenantId }: Scope,
  groupId: string,
  connectorId: string,
): Promise<GroupMember[]> {
  const open = sql<boolean>`exists (select 1 from ${deliveries} d where d.tenant_id = ${tenantId}
    and d.connector_id = ${connectorId} and d.resource_type = ${groupMembers.memberType}
    and d.resource_id = ${groupMembers.memberId} and d.open = 1)`
  const rows = await db
    .select({
      id: groupMembers.memberId,
      type: groupMembers.memberType,
      remoteId: provisionedResources.remoteId,
      hasOpenDelivery: open,
    })
    .from(groupMembers)
    .leftJoin(
      provisionedResources,
      and(
        eq(provisionedResources.tenantId, tenantId),
        eq(provisionedResources.connectorId, connectorId),
        eq(provisionedResources.resourceType, groupMembers.memberType),
        eq(provisionedResources.resourceId, groupMembers.memberId),
      ),
    )
    .where(and(eq(groupMembers.tenantId, tenantId), eq(groupMembers.groupId, groupId)))
  return rows.map((row) => ({ ...row, hasOpenDelivery: Boolean(row.hasOpenDelivery) }))
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
