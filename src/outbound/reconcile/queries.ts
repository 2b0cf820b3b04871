import { and, eq } from 'drizzle-orm'
import { type Db, rowsOf } from '../../db/open.ts'
import { type ProvisionedType, reconciliations } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { GroupPlace, RemoteMember } from '../members/queries.ts'

export type ReconciliationRow = typeof reconciliations.$inferSelect

/** How the latest reconciliation of a connector fares, and when the next one is due; undefined if there is neither. */
export async function findReconciliation(
  { db, tenantId }: Scope,
  connectorId: string,
): Promise<ReconciliationRow | undefined> {
  const [row] = await db
    .select()
    .from(reconciliations)
    .where(and(eq(reconciliations.tenantId, tenantId), eq(reconciliations.connectorId, connectorId)))
    .limit(1)
  return row
}

export type DueReconciliation = { readonly tenantId: string; readonly connectorId: string }

/** The reconciliations of all tenants that may go on or begin now, those that wait the longest first. */
export function listDueReconciliations(db: Db, now: Date, limit: number): Promise<DueReconciliation[]> {
  return rowsOf<DueReconciliation>(
    db,
    sql`select r.tenant_id as tenantId, r.connector_id as connectorId from reconciliations r
      where r.next_at <= ${now} and ${mayBeCalled(now)} order by r.next_at limit ${limit}`,
  )
}

/** The connector of the reconciliation `r` is switched on, and its target neither paused nor left alone. */
export function mayBeCalled(now: Date): Sql {
  return sql`exists (select 1 from connectors c where c.tenant_id = r.tenant_id and c.id = r.connector_id
      and c.enabled = 1)
    and not exists (select 1 from targets t where t.tenant_id = r.tenant_id and t.connector_id = r.connector_id
      and (t.paused_at is not null or t.wait_until > ${now}))`
}

/** What is known of a resource at the target, by its place in the page. */
export type Asked = { readonly remoteId: string; readonly externalId: string; readonly nameKey: string }
/** Ours that it is, by the ledger. */
export type Linked = { readonly at: number; readonly id: string; readonly sent: Record<string, unknown> }

export async function findLinked(
  { db, tenantId }: Scope,
  connectorId: string,
  type: ProvisionedType,
  page: readonly Asked[],
): Promise<Linked[]> {
  const ids = JSON.stringify(page.map(({ remoteId }) => remoteId))
  const rows = await rowsOf<{ at: number; id: string; sent: string }>(
    db,
    sql`select x.key as at, l.resource_id as id, l.sent as sent from json_each(${ids}) x
      cross join provisioned_resources l on l.tenant_id = ${tenantId} and l.connector_id = ${connectorId}
        and l.resource_type = ${type} and l.remote_id = x.value`,
  )
  return rows.map(({ at, id, sent }) => ({ at, id, sent: JSON.parse(sent) as Record<string, unknown> }))
}

/** Ours that it may be, by the ids that it has or by its name. */
export type Candidate = {
  readonly at: number
  /** The resource whose id it has as externalId, if it is here, and whether it was ever sent to this target. */
  readonly byId: string | null
  readonly wasOurs: 0 | 1
  /** The one that is called so. */
  readonly byName: string | null
  /** Whether those are at the target as something else already. */
  readonly isIdTaken: 0 | 1
  readonly isNameTaken: 0 | 1
}

/** For what the ledger does not know. Who came just in time is known by name only where such people go. */
export function findCandidates(
  { db, tenantId }: Scope,
  connectorId: string,
  type: ProvisionedType,
  page: readonly Asked[],
): Promise<Candidate[]> {
  const asked = JSON.stringify(page.map(({ externalId, nameKey }) => [externalId, nameKey]))
  const named: Sql =
    type === 'User'
      ? sql`left join users i on i.tenant_id = ${tenantId} and i.id = x.value ->> 0
          left join users n on n.tenant_id = ${tenantId} and n.user_name_key = x.value ->> 1
            and (n.source <> 'jit' or exists (select 1 from provisioners j where j.tenant_id = ${tenantId}
              and j.connector_id = ${connectorId} and j.jit = 1))`
      : sql`left join groups i on i.tenant_id = ${tenantId} and i.id = x.value ->> 0
          left join groups n on n.tenant_id = ${tenantId} and n.display_name_key = x.value ->> 1`
  const isTaken = (id: Sql) => sql`exists (select 1 from provisioned_resources l where l.tenant_id = ${tenantId}
    and l.connector_id = ${connectorId} and l.resource_type = ${type} and l.resource_id = ${id})`
  return rowsOf<Candidate>(
    db,
    sql`select x.key as at, i.id as byId, n.id as byName, ${isTaken(sql`x.value ->> 0`)} as isIdTaken,
        ${isTaken(sql`n.id`)} as isNameTaken,
        exists (select 1 from deliveries d where d.tenant_id = ${tenantId} and d.resource_id = x.value ->> 0
          and d.connector_id = ${connectorId} and d.resource_type = ${type}) as wasOurs
      from json_each(${asked}) x ${named}`,
  )
}

/** Those that are on their way to the target or from it, or arrived since: what it said before says nothing of them. */
export async function findMoving(
  { db, tenantId }: Scope,
  connectorId: string,
  ids: readonly string[],
  since: Date,
): Promise<ReadonlySet<string>> {
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select x.value as id from json_each(${JSON.stringify(ids)}) x
      where ${isMoving(tenantId, connectorId, sql`x.value`, since)}`,
  )
  return new Set(rows.map(({ id }) => id))
}

export function isMoving(tenantId: string, connectorId: string, id: Sql, since: Date): Sql {
  return sql`exists (select 1 from deliveries d where d.tenant_id = ${tenantId} and d.resource_id = ${id}
    and d.connector_id = ${connectorId} and (d.open = 1 or d.last_modified >= ${since}))`
}

export type Unseen = { readonly id: string; readonly remoteId: string; readonly name: string }

/** What the ledger says is at the target, and this reconciliation has not come by. What was sent since it began is. */
export function listUnseen(
  { db, tenantId }: Scope,
  { connectorId, started, position }: ReconciliationRow,
  limit: number,
): Promise<Unseen[]> {
  const { type = 'User', afterId = '' } = position
  return rowsOf<Unseen>(
    db,
    sql`select resource_id as id, remote_id as remoteId,
        coalesce(sent ->> 'userName', sent ->> 'displayName', remote_id) as name from provisioned_resources
      where tenant_id = ${tenantId} and connector_id = ${connectorId} and resource_type = ${type}
        and resource_id > ${afterId} and (reconciled is null or reconciled <> ${started}) and last_modified < ${started}
      order by resource_id limit ${limit}`,
  )
}

/** All who should be in the group there, in the order of our ids, those behind one of them. */
export function listWantedMembers(
  { db, tenantId }: Scope,
  { connectorId, groupId }: GroupPlace,
  afterId: string,
  limit: number,
): Promise<RemoteMember[]> {
  return rowsOf<RemoteMember>(
    db,
    sql`select m.member_id as id, l.remote_id as remoteId, m.member_type as type from group_members m
      cross join provisioned_resources l on l.tenant_id = ${tenantId} and l.connector_id = ${connectorId}
        and l.resource_type = m.member_type and l.resource_id = m.member_id
      where m.tenant_id = ${tenantId} and m.group_id = ${groupId} and m.member_id > ${afterId}
      order by m.member_id limit ${limit}`,
  )
}
