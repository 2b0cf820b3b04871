import { memoryOf, remember } from '../../../core/memory.ts'
import { type Db, firstOf } from '../../../db/open.ts'
import { type Sql, sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'
import { groupsAbove, IS_EVERYONE, rolesHeld } from '../../list/membership.ts'
import { type Permissions, permissionsOf } from '../../permissions.ts'
import type { UserLinks, UserRole } from '../resource.ts'

/** Which links are read: each costs a little. */
export type ShownLinks = { readonly groups: boolean; readonly roles: boolean }
export const ALL_LINKS: ShownLinks = { groups: true, roles: true }

/** The links of a user as the columns below give them; undefined if they were not asked. */
export type StoredLinks = { readonly groups_json?: string | null; readonly roles_json?: string | null }

/** Null for who is in no group, as most are: what is not asked takes no time. */
export function groupsColumn(tenantId: Sql, id: Sql): Sql {
  return sql`case when ${isMember(tenantId, id)} then (${groupsAbove(tenantId, id)} select json_group_array(json_array(g.id, g.display_name, g.direct))
    from (select o.id, o.display_name, max(up.direct) as direct from up
      cross join groups o on o.tenant_id = ${tenantId} and o.id = up.id group by o.id order by o.display_name_key) g) end as groups_json`
}

function isMember(tenantId: Sql, id: Sql): Sql {
  return sql`exists (select 1 from group_members m where m.tenant_id = ${tenantId} and m.member_id = ${id})`
}

/** Null for who holds `everyone` alone. */
export function rolesColumn(tenantId: Sql, id: Sql): Sql {
  const holdsOne = sql`exists (select 1 from role_members m where m.tenant_id = ${tenantId} and m.member_id = ${id})`
  return sql`case when ${holdsOne} or ${isMember(tenantId, id)} then (select json_group_array(json_array(h.id, h.display_name, h.built_in, h.audience, (select a.name
      from applications a where a.tenant_id = ${tenantId} and a.id = h.audience), json(h.permissions)))
    from (${rolesHeld(tenantId, id)} order by o.built_in desc, o.display_name_key = 'admin', o.display_name_key) h) end as roles_json`
}

export function toGroups(json: string | null | undefined): UserLinks['groups'] {
  if (!json) return NO_GROUPS
  const groups = JSON.parse(json) as [string, string, number][]
  return groups.map(([id, displayName, direct]) => ({ id, displayName, isDirect: direct === 1 }))
}

const NO_GROUPS: UserLinks['groups'] = []

export async function toRoles(scope: Scope, json: string | null | undefined): Promise<readonly UserRole[]> {
  if (!json) return everyone(scope)
  const roles = JSON.parse(json) as [string, string, number, string, string | null, string[]][]
  return roles.map(([id, name, builtIn, audience, audienceName, permissions]) => ({
    id,
    name,
    builtIn: builtIn === 1,
    audience,
    audienceName,
    permissions,
  }))
}

/** The roles that a user holds: her own, those of her groups, and `everyone`. */
export async function rolesOfUser(scope: Scope, userId: string): Promise<readonly UserRole[]> {
  const row = await firstOf<StoredLinks>(scope.db, sql`select ${rolesColumn(sql`${scope.tenantId}`, sql`${userId}`)}`)
  return toRoles(scope, row?.roles_json)
}

/** The groups that a user is in, by rows of her own or through groups in groups. */
export async function groupsOfUser(scope: Scope, userId: string): Promise<UserLinks['groups']> {
  const row = await firstOf<StoredLinks>(scope.db, sql`select ${groupsColumn(sql`${scope.tenantId}`, sql`${userId}`)}`)
  return toGroups(row?.groups_json)
}

/** What a user's roles permit, in the console and the APIs. */
export async function permissionsOfUser(scope: Scope, userId: string): Promise<Permissions> {
  return permissionsOf(await rolesOfUser(scope, userId))
}

const everyones = new WeakMap<Db, Map<string, readonly UserRole[]>>()

/** The role that every user holds. It is built in, and stays as it is as long as the tenant. */
export async function everyone({ db, tenantId }: Scope): Promise<readonly UserRole[]> {
  const memory = memoryOf(everyones, db)
  const known = memory.get(tenantId)
  if (known) return known
  const row = await firstOf<{ id: string; permissions: string }>(
    db,
    sql`select id, permissions from roles where tenant_id = ${tenantId} and ${IS_EVERYONE}`,
  )
  if (!row) return []
  const permissions = JSON.parse(row.permissions) as string[]
  const roles = [{ id: row.id, name: 'everyone', builtIn: true, audience: '', audienceName: null, permissions }]
  remember(memory, tenantId, roles)
  return roles
}
