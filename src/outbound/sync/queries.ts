import { and, count, eq } from 'drizzle-orm'
import { type Db, firstOf, rowsOf } from '../../db/open.ts'
import { directorySyncs, groups, type ProvisionedType, provisioners, users } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

export type SyncRow = typeof directorySyncs.$inferSelect
/** A tenant at a moment: what the consumer knows when it goes through the syncs of all tenants. */
export type Moment = Pick<Scope, 'db' | 'tenantId' | 'now'>

/** How the latest sync of a connector fares; undefined if there was none. */
export async function findSync({ db, tenantId }: Scope, connectorId: string): Promise<SyncRow | undefined> {
  const [row] = await db
    .select()
    .from(directorySyncs)
    .where(and(eq(directorySyncs.tenantId, tenantId), eq(directorySyncs.connectorId, connectorId)))
    .limit(1)
  return row
}

/** How many resources a sync looks at. */
export async function countPresent({ db, tenantId }: Scope, withGroups: boolean): Promise<number> {
  const [ofUsers, ofGroups] = await db.batch([
    db.select({ total: count() }).from(users).where(eq(users.tenantId, tenantId)),
    db.select({ total: count() }).from(groups).where(eq(groups.tenantId, tenantId)),
  ])
  return (ofUsers[0]?.total ?? 0) + (withGroups ? (ofGroups[0]?.total ?? 0) : 0)
}

/** Whether anybody's changes go out through the connector. */
export async function hasProvisioner({ db, tenantId }: Scope, connectorId: string): Promise<boolean> {
  const rows = await db
    .select({ applicationId: provisioners.applicationId })
    .from(provisioners)
    .where(and(eq(provisioners.tenantId, tenantId), eq(provisioners.connectorId, connectorId)))
    .limit(1)
  return rows.length > 0
}

/** Whether a delivery of a resource is open: an earlier attempt may have put it there. */
export async function isOnItsWay(
  { db, tenantId }: Scope,
  connectorId: string,
  type: ProvisionedType,
  id: string,
): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`select 1 from deliveries where tenant_id = ${tenantId} and connector_id = ${connectorId}
      and resource_type = ${type} and resource_id = ${id} and open = 1`,
  )
  return row !== undefined
}

export type RunningSync = Pick<SyncRow, 'tenantId' | 'connectorId' | 'kind' | 'phase' | 'afterId'> & {
  readonly started: number
}

/**
 * The syncs of all tenants that may go on: those of an enabled connector with fewer than `mostWaiting` deliveries on
 * their way. What waits for somebody's help (blocked, dead) does not hold up the others.
 */
export function listRunningSyncs(db: Db, mostWaiting: number): Promise<RunningSync[]> {
  return rowsOf<RunningSync>(
    db,
    // By the index of those that run: there is a row for each connector that was ever synced.
    sql`select s.tenant_id as tenantId, s.connector_id as connectorId, s.kind as kind, s.phase as phase, s.after_id as afterId,
        s.started as started
      from directory_syncs s cross join connectors c
        on c.tenant_id = s.tenant_id and c.id = s.connector_id and c.enabled = 1
      where s.tenant_id >= '' and s.state = 'running' and ${mostWaiting} > (select count(*) from (
        select 1 from deliveries d where d.tenant_id = s.tenant_id and d.connector_id = s.connector_id and d.open = 1
          and d.state in ('pending', 'retrying') limit ${mostWaiting}))
      order by s.started`,
  )
}

/** The next ids of a phase: the last one of them, and how many they are. */
export async function findPage(
  { db, tenantId }: Moment,
  { phase, afterId }: RunningSync,
  limit: number,
): Promise<{ readonly lastId: string; readonly size: number }> {
  const ids: Sql =
    phase === 'User'
      ? sql`select id from users where tenant_id = ${tenantId} and id > ${afterId} order by id limit ${limit}`
      : sql`select id from groups where tenant_id = ${tenantId} and id > ${afterId} order by id limit ${limit}`
  const found = await firstOf<{ lastId: string | null; size: number }>(
    db,
    sql`select max(id) as lastId, count(*) as size from (${ids})`,
  )
  return { lastId: found?.lastId ?? afterId, size: found?.size ?? 0 }
}

export type Candidate = { readonly id: string; readonly name: string }

/** What is here or was sent to a target, by id: what may differ between the two. Who came just in time only as above. */
export function listCandidates(
  { db, tenantId }: Scope,
  connectorId: string,
  type: ProvisionedType,
  afterId: string,
  limit: number,
): Promise<Candidate[]> {
  const here: Sql =
    type === 'User'
      ? sql`select id, user_name as name from users where tenant_id = ${tenantId} and id > ${afterId}
          and (source <> 'jit' or exists (select 1 from provisioners j where j.tenant_id = ${tenantId}
            and j.connector_id = ${connectorId} and j.jit = 1)) order by id limit ${limit}`
      : sql`select id, display_name as name from groups where tenant_id = ${tenantId} and id > ${afterId}
          order by id limit ${limit}`
  const sent = sql`select resource_id as id, coalesce(sent ->> 'userName', sent ->> 'displayName', '') as name
    from provisioned_resources where tenant_id = ${tenantId} and connector_id = ${connectorId}
      and resource_type = ${type} and resource_id > ${afterId} order by resource_id limit ${limit}`
  return rowsOf<Candidate>(
    db,
    sql`select id, max(name) as name from (select * from (${here}) union all select * from (${sent}))
      group by id order by id limit ${limit}`,
  )
}
