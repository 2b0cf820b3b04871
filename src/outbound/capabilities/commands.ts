import { runBatch } from '../../db/open.ts'
import type { TargetCapabilities } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Keeps what a target said that it can do, or showed that it cannot. */
export async function saveCapabilities(
  { db, tenantId, now }: Scope,
  connectorId: string,
  capabilities: TargetCapabilities,
): Promise<void> {
  await runBatch(db, [
    sql`insert into targets (tenant_id, connector_id, capabilities, capabilities_at)
      values (${tenantId}, ${connectorId}, ${JSON.stringify(capabilities)}, ${now})
      on conflict do update set capabilities = excluded.capabilities, capabilities_at = excluded.capabilities_at`,
  ])
}
