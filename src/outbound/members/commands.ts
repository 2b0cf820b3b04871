import { DEMAND_ONE_CHANGE, runBatch, runGuardedBatch, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { type DeliveryRow, LEASE_MS } from '../queries.ts'
import type { GroupPlace, RemoteMember } from './queries.ts'

/**
 * Before a request that adds or removes these: if nobody hears of its end, each is sent again, whichever it is to be. A
 * group with many requests keeps its lease so; StaleRow if another consumer has it.
 */
export async function holdUnsure(
  scope: Scope,
  row: Pick<DeliveryRow, 'id' | 'leaseId'>,
  place: GroupPlace,
  members: readonly RemoteMember[],
): Promise<void> {
  const until = scope.platform.now().getTime() + LEASE_MS
  await runGuardedBatch(scope.db, [
    sql`update deliveries set lease_until = max(lease_until, ${until}) where tenant_id = ${scope.tenantId}
      and id = ${row.id} and lease_id = ${row.leaseId}`,
    DEMAND_ONE_CHANGE,
    rows(scope, place, members, 0),
  ])
}

/** They are in the group there. */
export async function recordAdded(scope: Scope, place: GroupPlace, members: readonly RemoteMember[]): Promise<void> {
  await runBatch(scope.db, [rows(scope, place, members, 1)])
}

/** They are not in it any more. */
export async function recordRemoved(scope: Scope, place: GroupPlace, members: readonly RemoteMember[]): Promise<void> {
  const ids = JSON.stringify(members.map(({ id }) => id))
  await runBatch(scope.db, [
    sql`delete from provisioned_members where tenant_id = ${scope.tenantId} and connector_id = ${place.connectorId}
      and group_id = ${place.groupId} and member_id in (select value from json_each(${ids}))`,
  ])
}

/** The group has these there and nobody else, as after a PUT; none after it was deleted. */
export async function recordAll(scope: Scope, place: GroupPlace, members: readonly RemoteMember[]): Promise<void> {
  await runBatch(scope.db, [
    sql`delete from provisioned_members where tenant_id = ${scope.tenantId} and connector_id = ${place.connectorId}
      and group_id = ${place.groupId}`,
    rows(scope, place, members, 1),
  ])
}

function rows({ tenantId }: Scope, place: GroupPlace, members: readonly RemoteMember[], isSure: 0 | 1): Statement {
  const values = JSON.stringify(members.map(({ id, remoteId, type }) => [id, remoteId, type]))
  return sql`insert into provisioned_members (tenant_id, connector_id, group_id, member_id, remote_id, member_type, is_sure)
    select ${tenantId}, ${place.connectorId}, ${place.groupId}, value ->> 0, value ->> 1, value ->> 2, ${isSure}
    from json_each(${values}) where true
    on conflict do update set remote_id = excluded.remote_id, is_sure = excluded.is_sure`
}
