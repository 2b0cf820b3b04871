import { and, eq, gt } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { trials } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { type TrialRecord, trialRecord } from './record.ts'

/** A test of this connection, for whoever began it, in the browser that it was begun in; undefined for anybody else. */
export async function findTrial(
  scope: Scope,
  id: string,
  of: { readonly connectionId: string; readonly userId: string; readonly browserHash: string },
): Promise<TrialRecord | undefined> {
  const { db, tenantId, now } = scope
  const idHash = hashToken(id)
  const [row] = await db
    .select({ sealed: trials.sealed })
    .from(trials)
    .where(
      and(
        eq(trials.tenantId, tenantId),
        eq(trials.idHash, idHash),
        eq(trials.connectionId, of.connectionId),
        eq(trials.userId, of.userId),
        eq(trials.browserHash, of.browserHash),
        gt(trials.expiresAt, now),
      ),
    )
    .limit(1)
  if (!row) return undefined
  return trialRecord.parse(JSON.parse(await scope.platform.sealer.open(row.sealed, trialPlace(scope, idHash))))
}

export function trialPlace({ tenantId }: Scope, idHash: string) {
  return { tenantId, table: 'trials', row: idHash }
}
