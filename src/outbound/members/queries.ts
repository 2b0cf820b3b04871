/** Who is in a group at a target, and who should be: compared in the database, a chunk at a time. */
import { firstOf, rowsOf } from '../../db/open.ts'
import type { ProvisionedType } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import { futureOf } from '../../directory/ahead/future.ts'
import type { Scope } from '../../platform.ts'

/** A group at a connector. */
export type GroupPlace = { readonly connectorId: string; readonly groupId: string }

/** A member by our id, and by the id that it has at the target. */
export type RemoteMember = { readonly id: string; readonly remoteId: string; readonly type: ProvisionedType }

/** Members that the target has and the group does not say that it has for sure. */
export function membersToAdd(scope: Scope, place: GroupPlace, limit: number): Promise<RemoteMember[]> {
  const { db, tenantId } = scope
  return rowsOf<RemoteMember>(
    db,
    sql`select m.member_id as id, l.remote_id as remoteId, m.member_type as type ${wanted(scope, place)}
      and ${isLacking(tenantId, place)} order by m.member_id limit ${limit}`,
  )
}

/** Members that the group has there, or may have, and should not. */
export function membersToRemove(scope: Scope, place: GroupPlace, limit: number): Promise<RemoteMember[]> {
  return rowsOf<RemoteMember>(
    scope.db,
    sql`select p.member_id as id, p.remote_id as remoteId, p.member_type as type ${superfluous(scope, place)}
      order by p.member_id limit ${limit}`,
  )
}

/** All who should be in the group there, in the order of our ids. */
export function wantedMembers(scope: Scope, place: GroupPlace): Promise<RemoteMember[]> {
  return rowsOf<RemoteMember>(
    scope.db,
    sql`select m.member_id as id, l.remote_id as remoteId, m.member_type as type ${wanted(scope, place)}
      order by m.member_id`,
  )
}

/** Whether anybody has to be added or removed. */
export async function membersDiffer(scope: Scope, place: GroupPlace): Promise<boolean> {
  const { db, tenantId } = scope
  const row = await firstOf<{ differ: number }>(
    db,
    sql`select exists (select 1 ${wanted(scope, place)} and ${isLacking(tenantId, place)})
      or exists (select 1 ${superfluous(scope, place)}) as differ`,
  )
  return row?.differ === 1
}

/** Whether the target lacks a member whom nobody has on the way to it. */
export async function isLackingMembers(scope: Scope, place: GroupPlace): Promise<boolean> {
  const { db, tenantId } = scope
  const row = await firstOf<{ lacking: number }>(
    db,
    sql`select exists (select 1 from ${membersOf(scope, place)} m where m.tenant_id = ${tenantId}
      and m.group_id = ${place.groupId} and ${isOnNoWay(tenantId, place.connectorId)}) as lacking`,
  )
  return row?.lacking === 1
}

/** The member `m` has neither arrived at the target nor is on the way to it. */
export function isOnNoWay(tenantId: string, connectorId: string): Sql {
  return sql`not exists (select 1 from provisioned_resources l where l.tenant_id = ${tenantId}
      and l.connector_id = ${connectorId} and l.resource_type = m.member_type and l.resource_id = m.member_id)
    and not exists (select 1 from deliveries d where d.tenant_id = ${tenantId} and d.connector_id = ${connectorId}
      and d.resource_type = m.member_type and d.resource_id = m.member_id and d.open = 1)`
}

/** The members `m` of the group with what the ledger `l` has of them. */
function wanted(scope: Scope, place: GroupPlace): Sql {
  const { tenantId } = scope
  const { connectorId, groupId } = place
  return sql`from ${membersOf(scope, place)} m cross join provisioned_resources l on l.tenant_id = ${tenantId}
      and l.connector_id = ${connectorId} and l.resource_type = m.member_type and l.resource_id = m.member_id
    where m.tenant_id = ${tenantId} and m.group_id = ${groupId}`
}

function isLacking(tenantId: string, { connectorId, groupId }: GroupPlace): Sql {
  return sql`not exists (select 1 from provisioned_members p where p.tenant_id = ${tenantId}
    and p.connector_id = ${connectorId} and p.group_id = ${groupId} and p.member_id = m.member_id
    and p.remote_id = l.remote_id and p.is_sure = 1)`
}

/** The rows `p` of whoever is no member any more. */
function superfluous(scope: Scope, place: GroupPlace): Sql {
  const { tenantId } = scope
  const { connectorId, groupId } = place
  return sql`from provisioned_members p where p.tenant_id = ${tenantId} and p.connector_id = ${connectorId}
    and p.group_id = ${groupId} and not exists (select 1 from ${membersOf(scope, place)} m where m.tenant_id = ${tenantId}
      and m.group_id = ${groupId} and m.member_id = p.member_id)`
}

/** The table of members; of a group that is going to change, what it is going to be. */
function membersOf(scope: Scope, { groupId }: GroupPlace): Sql {
  const { tenantId } = scope
  const change = futureOf(scope)?.members?.get(groupId)
  if (!change) return sql`group_members`
  const added = JSON.stringify(change.added.map(({ id, type }) => [id, type]))
  return sql`(select tenant_id, group_id, member_id, member_type from group_members where tenant_id = ${tenantId}
      and group_id = ${groupId} and member_id not in (select value from json_each(${JSON.stringify(change.removed)}))
    union all select ${tenantId}, ${groupId}, value ->> 0, value ->> 1 from json_each(${added})
      where not exists (select 1 from group_members g where g.tenant_id = ${tenantId} and g.group_id = ${groupId}
        and g.member_id = value ->> 0))`
}
