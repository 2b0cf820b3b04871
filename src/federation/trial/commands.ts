import { and, eq, gt, lte } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { trials } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { trialPlace } from './queries.ts'
import type { TrialRecord } from './record.ts'

/** How long a test and its result can be looked at. */
const TRIAL_MS = 30 * 60_000

/** Who began a test, where. */
export type Viewer = { readonly userId: string; readonly browserHash: string }

export async function storeTrial(
  scope: Scope,
  id: string,
  { connectionId, viewer, record }: { connectionId: string; viewer: Viewer; record: TrialRecord },
): Promise<void> {
  const { db, tenantId, now } = scope
  const idHash = hashToken(id)
  const sealed = await scope.platform.sealer.seal(JSON.stringify(record), trialPlace(scope, idHash))
  const expiresAt = new Date(now.getTime() + TRIAL_MS)
  await runBatch(db, [
    db.delete(trials).where(and(eq(trials.tenantId, tenantId), lte(trials.expiresAt, now))),
    db.insert(trials).values({ tenantId, idHash, connectionId, ...viewer, sealed, expiresAt }),
  ])
}

/** Adds how it ended; nothing happens if the test is not there any more. */
export async function endTrialRecord(scope: Scope, id: string, viewer: Viewer, record: TrialRecord): Promise<void> {
  const { db, tenantId, now } = scope
  const idHash = hashToken(id)
  const sealed = await scope.platform.sealer.seal(JSON.stringify(record), trialPlace(scope, idHash))
  await db
    .update(trials)
    .set({ sealed })
    .where(
      and(
        eq(trials.tenantId, tenantId),
        eq(trials.idHash, idHash),
        eq(trials.userId, viewer.userId),
        eq(trials.browserHash, viewer.browserHash),
        gt(trials.expiresAt, now),
      ),
    )
}
