/** The log of what was decided of whom. */
import { and, desc, eq, lt } from 'drizzle-orm'
import { Problem } from '../../../core/errors.ts'
import { signInDecisions } from '../../../db/schema.ts'
import type { Scope } from '../../../platform.ts'

export type DecisionRow = typeof signInDecisions.$inferSelect

/** What is absent does not matter. */
export type DecisionFilter = {
  readonly connectionId?: string | undefined
  readonly userId?: string | undefined
  readonly decision?: string | undefined
}

/** The newest decisions behind an id, in whose order they were made. */
export async function listDecisions(
  { db, tenantId }: Scope,
  { connectionId, userId, decision }: DecisionFilter,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<DecisionRow[]> {
  const { after, limit } = page
  return db
    .select()
    .from(signInDecisions)
    .where(
      and(
        eq(signInDecisions.tenantId, tenantId),
        connectionId === undefined ? undefined : eq(signInDecisions.connectionId, connectionId),
        userId === undefined ? undefined : eq(signInDecisions.userId, userId),
        decision === undefined ? undefined : eq(signInDecisions.decision, decision),
        after === undefined ? undefined : lt(signInDecisions.id, after),
      ),
    )
    .orderBy(desc(signInDecisions.id))
    .limit(limit)
}

/** Throws Problem 404. */
export async function getDecision({ db, tenantId }: Scope, id: string): Promise<DecisionRow> {
  const [row] = await db
    .select()
    .from(signInDecisions)
    .where(and(eq(signInDecisions.tenantId, tenantId), eq(signInDecisions.id, id)))
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such decision.')
  return row
}
