import { and, asc, count, desc, eq, gt, inArray, sql } from 'drizzle-orm'
import { Problem } from '../core/errors.ts'
import { nameKey } from '../core/ids.ts'
import { memoryOf, remember } from '../core/memory.ts'
import { type Db, firstOf } from '../db/open.ts'
import { asText, rowOf } from '../db/rows.ts'
import { applications, connections, connectors, provisioners } from '../db/schema.ts'
import { sql as plain } from '../db/sql.ts'
import { covers, type Permissions } from '../directory/permissions.ts'
import type { Scope } from '../platform.ts'
import { permissionsGiven } from './settings.ts'

export type ApplicationRow = typeof applications.$inferSelect

/** The id under which the resident application's provisioners stand: SCIM with Basic, the console, people who arrive. */
export const RESIDENT_APPLICATION = ''

export async function findApplication({ db, tenantId }: Scope, id: string): Promise<ApplicationRow | undefined> {
  const [row] = await db
    .select()
    .from(applications)
    .where(and(eq(applications.tenantId, tenantId), eq(applications.id, id)))
    .limit(1)
  return row
}

/** Throws Problem 404. */
export async function getApplication(scope: Scope, id: string): Promise<ApplicationRow> {
  const row = await findApplication(scope, id)
  if (!row) throw new Problem(404, 'There is no such application.')
  return row
}

/**
 * An application that somebody who holds these permissions may change. One that may ask for more could bring her the
 * token of another person, by a redirect URI or a secret that she knows. Throws Problem 404 and 403.
 */
export async function getApplicationToChange(scope: Scope, id: string, held: Permissions): Promise<ApplicationRow> {
  const row = await getApplication(scope, id)
  if (!covers(held, new Set(permissionsGiven(row)))) {
    throw new Problem(403, `${row.name} may ask for permissions that you have not, and may not be changed by you.`)
  }
  return row
}

/** Read anew with each request; only a row that says what it said before is not parsed again. */
export async function findApplicationByClientId(
  { db, tenantId }: Scope,
  clientId: string,
): Promise<ApplicationRow | undefined> {
  const found = await firstOf<{ text: string }>(db, { sql: BY_CLIENT_ID, args: [tenantId, clientId] })
  return found && readApplication({ db, tenantId }, clientId, found.text)
}

/** The row of an application that a statement has read as APPLICATION_TEXT; the same one for as long as it says the same. */
export function readApplication(
  { db, tenantId }: Pick<Scope, 'db' | 'tenantId'>,
  clientId: string,
  text: string,
): ApplicationRow {
  const memory = memoryOf(parsed, db)
  const key = `${tenantId} ${clientId}`
  const known = memory.get(key)
  if (known?.text === text) return known.row
  const row = Object.freeze(rowOf(applications, text))
  remember(memory, key, { text, row })
  return row
}

/** All columns of an application `a`. */
export const APPLICATION_TEXT = asText(applications, 'a')
const BY_CLIENT_ID = plain`select ${APPLICATION_TEXT} as text from applications a
  where a.tenant_id = ?1 and a.client_id = ?2`.sql
const parsed = new WeakMap<Db, Map<string, { readonly text: string; readonly row: ApplicationRow }>>()

export type ApplicationPage = {
  /** A part of the name. */
  readonly search?: string
  readonly offset: number
  readonly limit: number
  readonly descending?: boolean
}

/** One page of applications by name, and how many there are in all. */
export async function listApplications(
  { db, tenantId }: Scope,
  page: ApplicationPage,
): Promise<{ total: number; rows: ApplicationRow[] }> {
  const search = page.search ? sql`instr(${applications.nameKey}, ${nameKey(page.search)}) > 0` : undefined
  const where = and(eq(applications.tenantId, tenantId), search)
  const order = page.descending ? desc(applications.nameKey) : asc(applications.nameKey)
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(applications).where(where),
    db.select().from(applications).where(where).orderBy(order).limit(page.limit).offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** Applications by name, those behind `after` (a nameKey) only: for paging with a cursor. */
export async function listApplicationsAfter(
  { db, tenantId }: Scope,
  after: string,
  limit: number,
): Promise<ApplicationRow[]> {
  return db
    .select()
    .from(applications)
    .where(and(eq(applications.tenantId, tenantId), gt(applications.nameKey, after)))
    .orderBy(asc(applications.nameKey))
    .limit(limit)
}

/** Every application whose login flow offers this connection. */
export async function listApplicationsOffering({ db, tenantId }: Scope, connectionId: string) {
  return db
    .select({ id: applications.id, name: applications.name })
    .from(applications)
    .where(and(eq(applications.tenantId, tenantId), sql`instr(${applications.loginFlow}, ${connectionId}) > 0`))
    .orderBy(asc(applications.nameKey))
}

export type Provisioner = {
  readonly connectorId: string
  readonly connector: string
  readonly connectorEnabled: boolean
  readonly connectionId: string
  readonly connection: string
  readonly blocking: boolean
  readonly jit: boolean
}

/** The connectors that hear of what this application changes, with the names of their connections. */
export async function listProvisioners(scope: Scope, applicationId: string): Promise<Provisioner[]> {
  return (await listProvisionersOf(scope, [applicationId])).get(applicationId) ?? []
}

/** The same of several applications, by their ids, in one statement. */
export async function listProvisionersOf(
  { db, tenantId }: Scope,
  applicationIds: readonly string[],
): Promise<ReadonlyMap<string, Provisioner[]>> {
  if (applicationIds.length === 0) return new Map()
  const rows = await db
    .select({
      applicationId: provisioners.applicationId,
      connectorId: connectors.id,
      connector: connectors.name,
      connectorEnabled: connectors.enabled,
      connectionId: connections.id,
      connection: connections.name,
      blocking: provisioners.blocking,
      jit: provisioners.jit,
    })
    .from(provisioners)
    .innerJoin(connectors, and(eq(connectors.tenantId, tenantId), eq(connectors.id, provisioners.connectorId)))
    .innerJoin(connections, and(eq(connections.tenantId, tenantId), eq(connections.id, connectors.connectionId)))
    .where(and(eq(provisioners.tenantId, tenantId), inArray(provisioners.applicationId, [...applicationIds])))
    .orderBy(asc(connections.nameKey), asc(connectors.name))
  return Map.groupBy(rows, ({ applicationId }) => applicationId)
}
