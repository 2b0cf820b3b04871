/** What refers to a resource that arrives at a target: the groups that it is in, and those whose manager she is. */
import type { Statement } from '../../db/open.ts'
import { sql, verbatim } from '../../db/sql.ts'
import { dirtyOf, type DirtyResource, HAS_GROUPS, insertDelivery, isWanted } from '../../directory/outbox.ts'
import type { Scope } from '../../platform.ts'
import { isOnNoWay } from '../members/queries.ts'

/** Marks the groups of a member dirty for one connector. Read as the batch runs: none that she joins meanwhile is missed. */
export function markGroupsDirtyFor({ tenantId, now }: Scope, memberId: string, connectorId: string): Statement {
  return { sql: MARK_GROUPS, args: [tenantId, now, connectorId, memberId] }
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
 * A user went out without her manager, who was not there yet: she waits for her, and is no failure. A manager who arrived
 * while she was on her way found nobody waiting: she goes out again at once.
 */
export function waitFor(scope: Scope, connectorId: string, managerId: string, user: DirtyResource): Statement[] {
  const { tenantId } = scope
  const dirty = dirtyOf(scope, 'User', 'update', { id: sql`${user.id}`, name: sql`${user.name}`, from: sql`` })
  return [
    sql`insert into waiting_references (tenant_id, connector_id, referred_id, user_id)
      values (${tenantId}, ${connectorId}, ${managerId}, ${user.id}) on conflict do nothing`,
    insertDelivery(
      dirty,
      sql`c.id = ${connectorId} and exists (select 1 from provisioned_resources l where l.tenant_id = ${tenantId}
        and l.connector_id = ${connectorId} and l.resource_type = 'User' and l.resource_id = ${managerId})`,
    ),
  ]
}

/** Marks those dirty for one connector who waited for this manager. */
export function markReportsDirtyFor({ tenantId, now }: Scope, managerId: string, connectorId: string): Statement[] {
  return [
    { sql: MARK_REPORTS, args: [tenantId, now, connectorId, managerId] },
    sql`delete from waiting_references where tenant_id = ${tenantId} and connector_id = ${connectorId}
      and referred_id = ${managerId}`,
  ]
}

/** The statements come with each resource that is new to a target: tenant, moment, connector, and whom they ask for. */
const PLACES = { tenantId: verbatim('?1'), now: verbatim('?2'), withPassword: sql`0`, operation: 'update' } as const

const MARK_GROUPS = insertDelivery(
  {
    ...PLACES,
    type: 'Group',
    id: sql`g.id`,
    name: sql`g.display_name`,
    from: sql`cross join group_members m on m.tenant_id = ?1 and m.member_id = ?4
      cross join groups g on g.tenant_id = ?1 and g.id = m.group_id`,
  },
  sql`c.id = ?3 and ${HAS_GROUPS}`,
).sql

const MARK_REPORTS = insertDelivery(
  {
    ...PLACES,
    type: 'User',
    id: sql`u.id`,
    name: sql`u.user_name`,
    from: sql`cross join waiting_references w on w.tenant_id = ?1 and w.connector_id = ?3 and w.referred_id = ?4
      cross join users u on u.tenant_id = ?1 and u.id = w.user_id`,
  },
  sql`c.id = ?3`,
).sql
