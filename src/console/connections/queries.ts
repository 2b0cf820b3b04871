import { and, asc, count, eq, inArray } from 'drizzle-orm'
import { nameKey } from '../../core/ids.ts'
import { applications, connections, federatedIdentities, groups, provisioners } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

export async function isNameTaken({ db, tenantId }: Scope, name: string): Promise<boolean> {
  const rows = await db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.tenantId, tenantId), eq(connections.nameKey, nameKey(name))))
    .limit(1)
  return rows.length > 0
}

/** How many accounts at a connection's provider are linked to users here. */
export async function countLinkedAccounts({ db, tenantId }: Scope, connectionId: string): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(federatedIdentities)
    .where(and(eq(federatedIdentities.tenantId, tenantId), eq(federatedIdentities.connectionId, connectionId)))
  return row?.total ?? 0
}

/** Whose changes go out through these connectors; `application` is null for the resident application. */
export async function listUses({ db, tenantId }: Scope, connectorIds: readonly string[]) {
  if (connectorIds.length === 0) return []
  return db
    .select({
      connectorId: provisioners.connectorId,
      applicationId: provisioners.applicationId,
      application: applications.name,
    })
    .from(provisioners)
    .leftJoin(applications, and(eq(applications.tenantId, tenantId), eq(applications.id, provisioners.applicationId)))
    .where(and(eq(provisioners.tenantId, tenantId), inArray(provisioners.connectorId, [...connectorIds])))
    .orderBy(applications.nameKey)
}
export type Use = Awaited<ReturnType<typeof listUses>>[number]

/** The first groups by name, to choose from; a tenant may have very many. */
export async function listSomeGroupNames({ db, tenantId }: Scope): Promise<string[]> {
  const rows = await db
    .select({ name: groups.displayName })
    .from(groups)
    .where(eq(groups.tenantId, tenantId))
    .orderBy(asc(groups.displayNameKey))
    .limit(100)
  return rows.map(({ name }) => name)
}
