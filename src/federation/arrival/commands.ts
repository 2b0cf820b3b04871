import { and, eq, gt, lte } from 'drizzle-orm'
import type { ConnectionRow } from '../../connections/queries.ts'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { arrivals } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { UpstreamPerson, UpstreamTokens } from '../upstream/person.ts'
import { type Arrival, sealedPlace } from './queries.ts'

/** How long a person may take to answer. */
const ARRIVAL_MS = 15 * 60_000

export type NewArrival = {
  readonly connection: Pick<ConnectionRow, 'id' | 'authenticator'>
  readonly person: UpstreamPerson
  /** A path of this tenant. */
  readonly returnTo: string
}

/**
 * Keeps somebody whom a provider has vouched for while she is asked something; the id is for this browser alone. Who she
 * is stands sealed, and the id as a hash only; of the provider's tokens nothing is there that nobody needs.
 */
export async function storeArrival(
  scope: Scope,
  browserHash: string,
  { connection, person, returnTo }: NewArrival,
): Promise<string> {
  const { db, tenantId, now } = scope
  const id = randomToken()
  const idHash = hashToken(id)
  const tokens = neededTokens(connection.authenticator, person.tokens)
  const kept = JSON.stringify({ person: { ...person, tokens }, at: now.getTime() })
  const sealed = await scope.platform.sealer.seal(kept, sealedPlace(scope, idHash))
  const expiresAt = new Date(now.getTime() + ARRIVAL_MS)
  await runBatch(db, [
    db.delete(arrivals).where(and(eq(arrivals.tenantId, tenantId), lte(arrivals.expiresAt, now))),
    db
      .insert(arrivals)
      .values({ tenantId, idHash, connectionId: connection.id, browserHash, sealed, returnTo, expiresAt }),
  ])
  return id
}

/** What is kept of them behind the sign-in: all but the id_token for applications, and that to sign out there. */
function neededTokens(
  authenticator: ConnectionRow['authenticator'],
  { idToken, ...others }: UpstreamTokens,
): Partial<UpstreamTokens> {
  return {
    ...(authenticator?.keepTokens === true ? others : {}),
    ...(authenticator?.passSignOut === true && idToken !== undefined ? { idToken } : {}),
  }
}

/** Ends an arrival, from the browser and tenant that it is of: of all requests that do, one gets true. */
export async function takeArrival(
  { db, tenantId, now }: Scope,
  { idHash, browserHash }: Pick<Arrival, 'idHash' | 'browserHash'>,
): Promise<boolean> {
  const taken = await db
    .delete(arrivals)
    .where(
      and(
        eq(arrivals.tenantId, tenantId),
        eq(arrivals.idHash, idHash),
        eq(arrivals.browserHash, browserHash),
        gt(arrivals.expiresAt, now),
      ),
    )
    .returning({ idHash: arrivals.idHash })
  return taken.length > 0
}
