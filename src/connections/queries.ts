import { and, asc, count, desc, eq, gt, inArray, isNotNull, or, sql } from 'drizzle-orm'
import { Problem } from '../core/errors.ts'
import { nameKey } from '../core/ids.ts'
import { firstOf } from '../db/open.ts'
import { asText, rowOf } from '../db/rows.ts'
import { connections, connectors, type ConnectorSecrets, groups, roles } from '../db/schema.ts'
import { sql as plain } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

export type ConnectionRow = typeof connections.$inferSelect
export type ConnectorRow = typeof connectors.$inferSelect

export async function findConnection({ db, tenantId }: Scope, id: string): Promise<ConnectionRow | undefined> {
  const found = await firstOf<{ text: string }>(db, { sql: BY_ID, args: [tenantId, id] })
  return found && rowOf(connections, found.text)
}

/** Each sign-in at a provider asks twice: the text is made once. */
const BY_ID = plain`select ${asText(connections, 'c')} as text from connections c where c.tenant_id = ?1 and c.id = ?2`
  .sql

/** Throws Problem 404. */
export async function getConnection(scope: Scope, id: string): Promise<ConnectionRow> {
  const row = await findConnection(scope, id)
  if (!row) throw new Problem(404, 'There is no such connection.')
  return row
}

/** The connections among these ids, in no order. */
export async function findConnections({ db, tenantId }: Scope, ids: readonly string[]): Promise<ConnectionRow[]> {
  if (ids.length === 0) return []
  return db
    .select()
    .from(connections)
    .where(and(eq(connections.tenantId, tenantId), inArray(connections.id, [...ids])))
}

/** Every connection that can sign people in, by name. A tenant has few: they are not paged. */
export async function listSignInConnections({ db, tenantId }: Scope): Promise<ConnectionRow[]> {
  return db
    .select()
    .from(connections)
    .where(and(eq(connections.tenantId, tenantId), isNotNull(connections.authenticator)))
    .orderBy(asc(connections.nameKey))
}

export type ConnectionPage = {
  /** A part of the name. */
  readonly search?: string
  readonly offset: number
  readonly limit: number
  readonly descending?: boolean
}

/** One page of connections by name, and how many there are in all. */
export async function listConnections(
  { db, tenantId }: Scope,
  page: ConnectionPage,
): Promise<{ total: number; rows: ConnectionRow[] }> {
  const search = page.search ? sql`instr(${connections.nameKey}, ${nameKey(page.search)}) > 0` : undefined
  const where = and(eq(connections.tenantId, tenantId), search)
  const order = page.descending ? desc(connections.nameKey) : asc(connections.nameKey)
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(connections).where(where),
    db.select().from(connections).where(where).orderBy(order).limit(page.limit).offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** Connections by name, those behind `after` (a nameKey) only: for paging with a cursor. */
export async function listConnectionsAfter(
  { db, tenantId }: Scope,
  after: string,
  limit: number,
): Promise<ConnectionRow[]> {
  return db
    .select()
    .from(connections)
    .where(and(eq(connections.tenantId, tenantId), gt(connections.nameKey, after)))
    .orderBy(asc(connections.nameKey))
    .limit(limit)
}

/** The outbound connectors of some connections, by name. */
export async function listConnectorsOf(
  { db, tenantId }: Scope,
  connectionIds: readonly string[],
): Promise<ConnectorRow[]> {
  if (connectionIds.length === 0) return []
  return db
    .select()
    .from(connectors)
    .where(and(eq(connectors.tenantId, tenantId), inArray(connectors.connectionId, [...connectionIds])))
    .orderBy(asc(connectors.name))
}

export function listConnectors(scope: Scope, connectionId: string): Promise<ConnectorRow[]> {
  return listConnectorsOf(scope, [connectionId])
}

/** Every connector of the tenant with its connection's name, for choosing one. */
export async function listAllConnectors({ db, tenantId }: Scope) {
  return db
    .select({
      id: connectors.id,
      name: connectors.name,
      enabled: connectors.enabled,
      connectionId: connections.id,
      connectionName: connections.name,
    })
    .from(connectors)
    .innerJoin(connections, and(eq(connections.tenantId, tenantId), eq(connections.id, connectors.connectionId)))
    .where(eq(connectors.tenantId, tenantId))
    .orderBy(asc(connections.nameKey), asc(connectors.name))
}

export async function findConnector({ db, tenantId }: Scope, id: string): Promise<ConnectorRow | undefined> {
  const [row] = await db
    .select()
    .from(connectors)
    .where(and(eq(connectors.tenantId, tenantId), eq(connectors.id, id)))
    .limit(1)
  return row
}

/** A connector of this connection; throws Problem 404. */
export async function getConnector(scope: Scope, connectionId: string, id: string): Promise<ConnectorRow> {
  const row = await findConnector(scope, id)
  if (!row || row.connectionId !== connectionId) throw new Problem(404, 'There is no such connector.')
  return row
}

/** The secret with which we are a client of the connection's provider; undefined if none was given. */
export async function openClientSecret(scope: Scope, row: ConnectionRow): Promise<string | undefined> {
  if (row.sealedClientSecret === null) return undefined
  return scope.platform.sealer.open(row.sealedClientSecret, {
    tenantId: scope.tenantId,
    table: 'connections',
    row: row.id,
  })
}

/** The key with which we are a client of the connection's provider, PKCS #8 in PEM; undefined if there is none. */
export async function openPrivateKey(scope: Scope, row: ConnectionRow): Promise<string | undefined> {
  if (row.sealedPrivateKey === null) return undefined
  const place = { tenantId: scope.tenantId, table: 'connection_keys', row: row.id }
  return scope.platform.sealer.open(row.sealedPrivateKey, place)
}

/** What a connector needs to authenticate at its target. */
export async function openConnectorSecrets(scope: Scope, row: ConnectorRow): Promise<ConnectorSecrets> {
  if (row.sealedSecrets === null) return {}
  const place = { tenantId: scope.tenantId, table: 'connectors', row: row.id }
  return JSON.parse(await scope.platform.sealer.open(row.sealedSecrets, place)) as ConnectorSecrets
}

/**
 * Ids of roles given by id or by display name; those of `kept` stay, though they be gone. Problem 400 for one that does
 * not exist; `field` is where it stood.
 */
export async function findRoleIds(
  { db, tenantId }: Scope,
  wanted: readonly string[],
  field: string,
  kept: readonly string[] = [],
): Promise<string[]> {
  if (wanted.length === 0) return []
  const rows = await db
    .select({ id: roles.id, displayName: roles.displayName })
    .from(roles)
    .where(eq(roles.tenantId, tenantId))
  return wanted.map((name) => {
    const role = rows.find((row) => row.id === name || row.displayName === name)
    return role?.id ?? demandKept('role', name, field, kept)
  })
}

/** The same for groups, of which a tenant has many: each is looked up. */
export async function findGroupIds(
  { db, tenantId }: Scope,
  wanted: readonly string[],
  field: string,
  kept: readonly string[] = [],
): Promise<string[]> {
  if (wanted.length === 0) return []
  const rows = await db
    .select({ id: groups.id, key: groups.displayNameKey })
    .from(groups)
    .where(
      and(
        eq(groups.tenantId, tenantId),
        or(inArray(groups.id, [...wanted]), inArray(groups.displayNameKey, wanted.map(nameKey))),
      ),
    )
  const ids = wanted.map((name) => {
    const group = rows.find((row) => row.id === name) ?? rows.find((row) => row.key === nameKey(name))
    return group?.id ?? demandKept('group', name, field, kept)
  })
  return [...new Set(ids)]
}

/** What chose people here and is gone chooses nobody; it is not forgotten, for then everybody would go out. */
function demandKept(what: string, name: string, field: string, kept: readonly string[]): string {
  if (kept.includes(name)) return name
  throw new Problem(400, 'The request body is not valid.', [{ field, message: `there is no ${what} ${name}` }])
}

/** The groups by which a connection chooses its people, with their names; null for one that is gone. */
export async function listOutboundGroups(
  { db, tenantId }: Scope,
  { outboundGroups }: ConnectionRow,
): Promise<{ readonly id: string; readonly name: string | null }[]> {
  if (outboundGroups.length === 0) return []
  const rows = await db
    .select({ id: groups.id, name: groups.displayName })
    .from(groups)
    .where(and(eq(groups.tenantId, tenantId), inArray(groups.id, outboundGroups)))
  return outboundGroups.map((id) => ({ id, name: rows.find((row) => row.id === id)?.name ?? null }))
}
