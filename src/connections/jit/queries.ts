import { rowsOf } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import { IS_EVERYONE } from '../../directory/list/membership.ts'
import { type Permissions, permissionsOf, type RoleRow, toHeldRole } from '../../directory/permissions.ts'
import type { Scope } from '../../platform.ts'

/** Ids of groups and of roles. */
export type Granted = { readonly groups: readonly string[]; readonly roles: readonly string[] }

/** Those of the ids that nobody can be put in: there is no such group or role, or everybody holds it. */
export async function findNotGrantable({ db, tenantId }: Scope, { groups, roles }: Granted): Promise<Set<string>> {
  if (groups.length === 0 && roles.length === 0) return new Set()
  const rows = await rowsOf<{ id: string }>(
    db,
    sql`select value as id from json_each(${JSON.stringify(groups)})
        where not exists (select 1 from groups g where g.tenant_id = ${tenantId} and g.id = value)
      union all select value from json_each(${JSON.stringify(roles)}) where not exists (
        select 1 from roles r where r.tenant_id = ${tenantId} and r.id = value and not (${IS_EVERYONE}))`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** What it permits to be in all of these groups, through the groups that they are in, and to hold all of these roles. */
export function permissionsGranted(scope: Scope, { groups, roles }: Granted): Promise<Permissions> {
  const { tenantId } = scope
  return permissionsIn(
    scope,
    sql`with recursive up(id) as (select value from json_each(${JSON.stringify(groups)})
        union select m.group_id from up cross join group_members m on m.tenant_id = ${tenantId} and m.member_id = up.id)
      select ${ROLE} from roles o where o.tenant_id = ${tenantId}
        and o.id in (select value from json_each(${JSON.stringify(roles)})
          union select h.role_id from up cross join role_members h on h.tenant_id = ${tenantId} and h.member_id = up.id)`,
  )
}

/**
 * What those together may do who are linked by a connection, whatever the issuer of their links. Roles that permit
 * something have few members: it is looked from there.
 */
export function permissionsLinked(scope: Scope, connectionId: string): Promise<Permissions> {
  const { tenantId } = scope
  return permissionsIn(
    scope,
    sql`with recursive down(role_id, id) as (
        select h.role_id, h.member_id from roles p cross join role_members h
          on h.tenant_id = ${tenantId} and h.role_id = p.id
          where p.tenant_id = ${tenantId} and p.audience = '' and (p.built_in = 1 or p.permissions <> '[]')
        union select down.role_id, m.member_id from down cross join group_members m
          on m.tenant_id = ${tenantId} and m.group_id = down.id)
      select ${ROLE} from roles o where o.tenant_id = ${tenantId}
        and o.id in (select role_id from down where exists (select 1 from federated_identities f
          where f.tenant_id = ${tenantId} and f.user_id = down.id and f.connection_id = ${connectionId}))`,
  )
}

const ROLE = sql`o.display_name as name, o.built_in, o.audience, o.permissions`

async function permissionsIn({ db }: Scope, roles: Sql): Promise<Permissions> {
  return permissionsOf((await rowsOf<RoleRow>(db, roles)).map(toHeldRole))
}
