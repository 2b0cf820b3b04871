/** Groups in groups and the roles that they give, as pieces of SQL. */
import { type Sql, sql } from '../../db/sql.ts'

/*
 * `cross join` says which table is read first. Without it SQLite, which has no statistics here, reads every membership of
 * the tenant to find those of the few groups at hand.
 */

/** The groups that a resource is in: its own, and those that those are in; `direct` is 1 or 0. Cycles end: it is a union. */
export function groupsAbove(tenantId: Sql, id: Sql): Sql {
  return sql`with recursive up(id, direct) as (
      select group_id, 1 from group_members where tenant_id = ${tenantId} and member_id = ${id}
      union select m.group_id, 0 from up cross join group_members m on m.tenant_id = ${tenantId} and m.member_id = up.id)`
}

/** Everybody below the groups that the condition picks by their `id`, through groups in groups. */
export function membersBelow(tenantId: string, condition: Sql): Sql {
  return sql`with recursive down(id) as (
      select member_id from group_members where tenant_id = ${tenantId}
        and group_id in (select id from groups where tenant_id = ${tenantId} and ${condition})
      union select m.member_id from down cross join group_members m
        on m.tenant_id = ${tenantId} and m.group_id = down.id)
    select id from down`
}

/** The ids of the roles that a user or a group holds by rows of its own and of the groups above it; after `groupsAbove`. */
export function roleIdsHeld(tenantId: Sql, id: Sql): Sql {
  return sql`select role_id from role_members where tenant_id = ${tenantId} and member_id = ${id}
    union all select m.role_id from up cross join role_members m on m.tenant_id = ${tenantId} and m.member_id = up.id`
}

/** The roles that a user holds: `everyone`, her own, and those of the groups above her. */
export function rolesHeld(tenantId: Sql, id: Sql): Sql {
  return sql`${groupsAbove(tenantId, id)} select o.* from roles o where o.tenant_id = ${tenantId} and o.id in (
    select id from roles where tenant_id = ${tenantId} and ${IS_EVERYONE} union all ${roleIdsHeld(tenantId, id)})`
}

/** Of a row of `roles`: found by the index of names, since no other role of the organization may have the name. */
export const IS_EVERYONE = sql`audience = '' and display_name_key = 'everyone'`
