import { memoryOf } from '../../core/memory.ts'
import { type Db, firstOf } from '../../db/open.ts'
import type { TargetCapabilities } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** What a target says of itself is asked anew after a day: it may have learned something. */
const DAY_MS = 24 * 3_600_000

/** What the target of a connector can do, if that is known and not too old: asked once by all who ask in one moment. */
export async function findCapabilities(scope: Scope, connectorId: string): Promise<TargetCapabilities | undefined> {
  const underWay = memoryOf(readings, scope.db)
  const key = JSON.stringify([scope.tenantId, connectorId])
  const known = underWay.get(key)
  if (known) return known
  const reading = readCapabilities(scope, connectorId).finally(() => underWay.delete(key))
  underWay.set(key, reading)
  return reading
}
const readings = new WeakMap<Db, Map<string, Promise<TargetCapabilities | undefined>>>()

async function readCapabilities(
  { db, tenantId, now }: Scope,
  connectorId: string,
): Promise<TargetCapabilities | undefined> {
  const row = await firstOf<{ capabilities: string | null }>(
    db,
    sql`select capabilities from targets where tenant_id = ${tenantId} and connector_id = ${connectorId}
      and capabilities_at > ${now.getTime() - DAY_MS}`,
  )
  return row?.capabilities ? (JSON.parse(row.capabilities) as TargetCapabilities) : undefined
}
