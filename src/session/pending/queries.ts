import { and, eq, gt } from 'drizzle-orm'
import { type ApplicationRow } from '../../applications/queries.ts'
import { applications, authorizationRequests, type AuthorizationParameters } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

export type PendingRequest = {
  readonly id: string
  readonly application: ApplicationRow
  readonly parameters: AuthorizationParameters
  readonly created: Date
  /** Who has said yes to it, where it asks for consent. */
  readonly consentedBy: string | null
  /** What of a pushed request it began with. */
  readonly pushedHash: string | null
}

/** An authorization request that waits for its person in this very browser; undefined for any other. */
export async function findPendingRequest(
  { db, tenantId, now }: Scope,
  id: string,
  browserHash: string,
): Promise<PendingRequest | undefined> {
  const [row] = await db
    .select({ request: authorizationRequests, application: applications })
    .from(authorizationRequests)
    .innerJoin(
      applications,
      and(eq(applications.tenantId, tenantId), eq(applications.id, authorizationRequests.applicationId)),
    )
    .where(
      and(
        eq(authorizationRequests.tenantId, tenantId),
        eq(authorizationRequests.id, id),
        eq(authorizationRequests.browserHash, browserHash),
        gt(authorizationRequests.expiresAt, now),
      ),
    )
    .limit(1)
  if (!row) return undefined
  const { parameters, created, consentedBy, pushedHash } = row.request
  return { id, application: row.application, parameters, created, consentedBy, pushedHash }
}
