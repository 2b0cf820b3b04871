import { drifts, reconciliations } from '../../src/db/schema.ts'
import { NO_COUNTS } from '../../src/outbound/reconcile/commands.ts'
import type { Scope } from '../../src/platform.ts'

/** As a reconciliation leaves it that found a user changed. `user.name` is the drift's name. */
export async function haveDrift(
  { db, tenantId, now }: Scope,
  connectorId: string,
  user: { readonly id: string; readonly name: string },
  id = 'drift',
): Promise<void> {
  const latest = { tenantId, connectorId, started: now, lastModified: now, attempts: 0, nextAt: null } as const
  const drift = { tenantId, id, connectorId, reconciliation: now, found: now, remoteId: 'r1' } as const
  await db.batch([
    db.insert(reconciliations).values({
      ...latest,
      state: 'done',
      phase: 'missing',
      position: {},
      counts: NO_COUNTS,
      policy: 'report',
      trigger: 'hand',
    }),
    db.insert(drifts).values({
      ...drift,
      kind: 'changed',
      state: 'open',
      resourceType: 'User',
      resourceId: user.id,
      name: user.name,
      differences: [],
    }),
  ])
}
