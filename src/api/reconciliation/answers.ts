/** Reconciliations and what they found, as the management API shows them: nothing that is not set. Pure. */
import type { z } from 'zod'
import type { DriftKind } from '../../db/schema.ts'
import { type DriftCount, type DriftRow, totalOf } from '../../outbound/reconcile/drifts/queries.ts'
import type { ReconciliationRow } from '../../outbound/reconcile/queries.ts'
import type { driftAnswer, reconciliationAnswer } from './schemas.ts'

export function toReconciliation(
  row: ReconciliationRow | undefined,
  counted: readonly DriftCount[],
): z.input<typeof reconciliationAnswer> {
  const next = row?.nextAt && row.state !== 'running' ? { next: row.nextAt.toISOString() } : {}
  if (!row || row.state === 'planned')
    return { state: row?.state === 'planned' && row.nextAt ? 'planned' : 'none', ...next }
  const { state, phase, policy, trigger, counts, error, started, lastModified } = row
  const of = (kind: DriftKind) => ({
    open: totalOf(counted, { kind, state: 'open' }),
    repaired: totalOf(counted, { kind, state: 'repaired' }),
    accepted: totalOf(counted, { kind, state: 'accepted' }),
  })
  return {
    state,
    phase,
    policy,
    trigger,
    ...counts,
    drifts: { changed: of('changed'), missing: of('missing'), unlinked: of('unlinked'), leftover: of('leftover') },
    ...(error === null ? {} : { error }),
    started: started.toISOString(),
    lastModified: lastModified.toISOString(),
    ...next,
  }
}

export function toDrift(row: DriftRow): z.input<typeof driftAnswer> {
  const { id, kind, state, resourceType, resourceId, remoteId, name, differences, members, found } = row
  return {
    id,
    kind,
    state,
    resourceType,
    ...(resourceId === null ? {} : { resourceId }),
    remoteId,
    name,
    differences,
    ...(members === null
      ? {}
      : {
          members: {
            absent: members.absent.map(([id, remoteId]) => ({ id, remoteId })),
            absentTotal: members.absentTotal,
            extra: members.extra.map(([remoteId, display]) => ({ remoteId, display })),
            extraTotal: members.extraTotal,
          },
        }),
    found: found.toISOString(),
  }
}
