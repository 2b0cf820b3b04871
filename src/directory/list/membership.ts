/** Groups in groups and the roles that they give, as pieces of SQL. */
import { type Sql, sql } from '../../db/sql.ts'

/** The groups that a resource is in: its own, and those that those are in; `direct` is 1 or 0. Cycles end: it is a union. */
export function groupsAbove(tenantId: Sql, id: Sql): Sql {
  return sql`with recursive up(id, direct) as (
      select group_id, 1 from group_members where tenant_id = ${tenantId} and member_id = ${id}
      union select m.group_id, 0 from up join group_members m on m.tenant_id = ${tenantId} and m.member_id = up.id)`
}

/** Everybody below the groups that the condition picks by their `id`, through groups in groups. */
export function membersBelow(tenantId: string, condition: Sql): Sql {
  return sql`with recursive down(id) as (
      select member_id from group_members where tenant_id = ${tenantId}
        and group_id in (select id from groups where tenant_id = ${tenantId} and ${condition})
      union select m.member_id from down join group_members m on m.tenant_id = ${tenantId} and m.group_id = down.id)
    select id from down`
}

/** The roles that a user holds: `everyone`, her own, and those of the groups above her. */
export function rolesHeld(tenantId: Sql, id: Sql): Sql {
  return sql`${groupsAbove(tenantId, id)} select o.* from roles o where o.tenant_id = ${tenantId}
    and (o.built_in = 1 and o.display_name_key = 'everyone' or o.id in (
      select role_id from role_members where tenant_id = ${tenantId} and member_id = ${id}
      union all select m.role_id from up join role_members m on m.tenant_id = ${tenantId} and m.member_id = up.id))`
}
