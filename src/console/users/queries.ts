import { and, desc, eq, inArray } from 'drizzle-orm'
import { connections, federatedIdentities } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** The names of connections by their ids, for what they brought here. */
export async function namesOfConnections(
  { db, tenantId }: Scope,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const rows = await db
    .select({ id: connections.id, name: connections.name })
    .from(connections)
    .where(and(eq(connections.tenantId, tenantId), inArray(connections.id, wanted)))
  return new Map(rows.map((row) => [row.id, row.name]))
}

/** Who a user is at external providers, the last used first. */
export async function listIdentities({ db, tenantId }: Scope, userId: string) {
  return db
    .select({
      connectionId: federatedIdentities.connectionId,
      connection: connections.name,
      issuer: federatedIdentities.issuer,
      subject: federatedIdentities.subject,
      created: federatedIdentities.created,
      lastSignIn: federatedIdentities.lastSignIn,
    })
    .from(federatedIdentities)
    .leftJoin(
      connections,
      and(eq(connections.tenantId, tenantId), eq(connections.id, federatedIdentities.connectionId)),
    )
    .where(and(eq(federatedIdentities.tenantId, tenantId), eq(federatedIdentities.userId, userId)))
    .orderBy(desc(federatedIdentities.lastSignIn))
}
export type Identity = Awaited<ReturnType<typeof listIdentities>>[number]
