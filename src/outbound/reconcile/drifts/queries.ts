import { and, asc, count, eq, type SQL, sql } from 'drizzle-orm'
import { Problem } from '../../../core/errors.ts'
import { type DriftKind, drifts, type DriftState, reconciliations } from '../../../db/schema.ts'
import type { Scope } from '../../../platform.ts'

export type DriftRow = typeof drifts.$inferSelect

/** What is absent does not matter. */
export type DriftFilter = { readonly kind?: DriftKind | undefined; readonly state?: DriftState | undefined }

/** A place in the list, which goes by kind, then by state. */
export type DriftPlace = Pick<DriftRow, 'kind' | 'state' | 'id'>

/** What the latest reconciliation of a connector found, that which was never ours last. */
export async function listDrifts(
  scope: Scope,
  connectorId: string,
  { kind, state }: DriftFilter,
  { after, limit }: { readonly after?: DriftPlace | undefined; readonly limit: number },
): Promise<DriftRow[]> {
  return scope.db
    .select()
    .from(drifts)
    .where(
      and(
        isOfLatest(scope, connectorId),
        kind === undefined ? undefined : eq(drifts.kind, kind),
        state === undefined ? undefined : eq(drifts.state, state),
        after === undefined
          ? undefined
          : sql`(${drifts.kind}, ${drifts.state}, ${drifts.id}) > (${after.kind}, ${after.state}, ${after.id})`,
      ),
    )
    .orderBy(asc(drifts.kind), asc(drifts.state), asc(drifts.id))
    .limit(limit)
}

export type DriftCount = { readonly kind: DriftKind; readonly state: DriftState; readonly total: number }

/** How many there are of each kind in each state. */
export async function countDrifts(scope: Scope, connectorId: string): Promise<DriftCount[]> {
  return scope.db
    .select({ kind: drifts.kind, state: drifts.state, total: count() })
    .from(drifts)
    .where(isOfLatest(scope, connectorId))
    .groupBy(drifts.kind, drifts.state)
}

/** Throws Problem 404, as for one that an older reconciliation found. */
export async function getDrift(scope: Scope, connectorId: string, id: string): Promise<DriftRow> {
  const [row] = await scope.db
    .select()
    .from(drifts)
    .where(and(isOfLatest(scope, connectorId), eq(drifts.id, id)))
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such drift.')
  return row
}

function isOfLatest({ db, tenantId }: Scope, connectorId: string): SQL | undefined {
  const started = db
    .select({ started: reconciliations.started })
    .from(reconciliations)
    .where(and(eq(reconciliations.tenantId, tenantId), eq(reconciliations.connectorId, connectorId)))
  return and(
    eq(drifts.tenantId, tenantId),
    eq(drifts.connectorId, connectorId),
    sql`${drifts.reconciliation} = (${started})`,
  )
}

export function totalOf(counts: readonly DriftCount[], { kind, state }: DriftFilter): number {
  const those = counts.filter((one) => (kind ?? one.kind) === one.kind && (state ?? one.state) === one.state)
  return those.reduce((sum, { total }) => sum + total, 0)
}
