import { and, asc, eq, inArray } from 'drizzle-orm'
import { connections, grantedMemberships } from '../../db/schema.ts'
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

/** The connections that put a user into groups or gave her roles, by the ids of those. */
export async function listGrants(
  { db, tenantId }: Scope,
  userId: string,
  kind: 'group' | 'role',
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .select({ id: grantedMemberships.targetId, connection: connections.name })
    .from(grantedMemberships)
    .innerJoin(
      connections,
      and(eq(connections.tenantId, tenantId), eq(connections.id, grantedMemberships.connectionId)),
    )
    .where(
      and(
        eq(grantedMemberships.tenantId, tenantId),
        eq(grantedMemberships.userId, userId),
        eq(grantedMemberships.kind, kind),
      ),
    )
    .orderBy(asc(connections.nameKey))
  const grants = new Map<string, string[]>()
  for (const { id, connection } of rows) grants.set(id, [...(grants.get(id) ?? []), connection])
  return grants
}
