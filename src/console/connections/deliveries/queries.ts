import { and, count, eq } from 'drizzle-orm'
import { deliveries } from '../../../db/schema.ts'
import type { Scope } from '../../../platform.ts'

/** How many deliveries of a connector have not arrived. */
export async function countOpenDeliveries({ db, tenantId }: Scope, connectorId: string): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(deliveries)
    .where(and(eq(deliveries.tenantId, tenantId), eq(deliveries.connectorId, connectorId), eq(deliveries.open, true)))
  return row?.total ?? 0
}
