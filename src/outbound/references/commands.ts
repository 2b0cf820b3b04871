/** What refers to a resource that arrives at a target: the groups that it is in, and those whose manager she is. */
import type { Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { dirtyOf, HAS_GROUPS, insertDelivery, isWanted } from '../../directory/outbox.ts'
import type { Scope } from '../../platform.ts'
import { isOnNoWay } from '../members/queries.ts'

/** Marks the groups of a member dirty for one connector. Read as the batch runs: none that she joins meanwhile is missed. */
export function markGroupsDirtyFor(scope: Scope, memberId: string, connectorId: string): Statement {
  const from = sql`cross join group_members m on m.tenant_id = c.tenant_id and m.member_id = ${memberId}
    cross join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id`
  const dirty = dirtyOf(scope, 'Group', 'update', { id: sql`g.id`, name: sql`g.display_name`, from })
  return insertDelivery(dirty, sql`c.id = ${connectorId} and ${HAS_GROUPS}`)
}

/** Marks those members of a group dirty for one connector whom the target lacks, and nobody has on the way. */
export function markMembersDirtyFor(scope: Scope, groupId: string, connectorId: string): Statement[] {
  const members = sql`cross join group_members m on m.tenant_id = c.tenant_id and m.group_id = ${groupId}`
  const lacking = sql`c.id = ${connectorId} and ${isOnNoWay(scope.tenantId, connectorId)}`
  const users = dirtyOf(scope, 'User', 'create', {
    id: sql`u.id`,
    name: sql`u.user_name`,
    from: sql`${members} and m.member_type = 'User' cross join users u on u.tenant_id = m.tenant_id and u.id = m.member_id`,
  })
  const groups = dirtyOf(scope, 'Group', 'create', {
    id: sql`g.id`,
    name: sql`g.display_name`,
    from: sql`${members} and m.member_type = 'Group' cross join groups g on g.tenant_id = m.tenant_id and g.id = m.member_id`,
  })
  return [users, groups].map((dirty) => insertDelivery(dirty, sql`${lacking} and ${isWanted(dirty)}`))
}

/**
 * A user goes out without her manager, who is not there yet: she waits for her, and is no failure. A manager who arrived
 * since the user was read wakes nobody any more: the user goes out again at once.
 */
export function waitFor(
  scope: Scope,
  connectorId: string,
  managerId: string,
  user: { readonly id: string; readonly name: string },
): Statement[] {
  const { tenantId } = scope
  const from = sql`cross join provisioned_resources l on l.tenant_id = c.tenant_id and l.connector_id = c.id
    and l.resource_type = 'User' and l.resource_id = ${managerId}`
  const dirty = dirtyOf(scope, 'User', 'update', { id: sql`${user.id}`, name: sql`${user.name}`, from })
  return [
    sql`insert into waiting_references (tenant_id, connector_id, referred_id, user_id)
      values (${tenantId}, ${connectorId}, ${managerId}, ${user.id}) on conflict do nothing`,
    insertDelivery(dirty, sql`c.id = ${connectorId}`),
  ]
}

/** Marks those dirty for one connector who waited for this manager. */
export function markReportsDirtyFor(scope: Scope, managerId: string, connectorId: string): Statement[] {
  const from = sql`cross join waiting_references w on w.tenant_id = c.tenant_id and w.connector_id = c.id
      and w.referred_id = ${managerId}
    cross join users u on u.tenant_id = w.tenant_id and u.id = w.user_id`
  const dirty = dirtyOf(scope, 'User', 'update', { id: sql`u.id`, name: sql`u.user_name`, from })
  return [
    insertDelivery(dirty, sql`c.id = ${connectorId}`),
    sql`delete from waiting_references where tenant_id = ${scope.tenantId} and connector_id = ${connectorId}
      and referred_id = ${managerId}`,
  ]
}
