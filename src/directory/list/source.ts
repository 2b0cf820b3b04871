/**
 * Where the attributes of a resource type stand in the database, for filters and sorting. `r` is the resource's row.
 * What is not named here stands in `r.compared`, the JSON of its values in the form in which they are compared.
 */
import { nameKey } from '../../core/ids.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { ResourceType } from '../../scim/schema.ts'

/** A column, or what takes the place of one. Text is compared exactly or, as a `key`, in folded form. */
export type Column = {
  readonly kind: 'key' | 'text' | 'flag' | 'time'
  readonly value: Sql
  /** Never null: an order by it needs no care for what is missing. */
  readonly isThere?: boolean
}

/** Values in rows of their own, under the alias `v`: `from` ends in a condition. Parts are by lower-case names. */
export type Rows = {
  readonly from: Sql
  readonly parts: Readonly<Record<string, Column>>
  /** What an index serves: the ids of resources that have a value of this part, for a condition on its column. */
  readonly lookup?: { readonly part: string; readonly column: Sql; readonly idsWhere: (condition: Sql) => Sql }
}

export type Source = {
  readonly tenantId: string
  readonly type: ResourceType
  readonly table: 'users' | 'groups' | 'roles'
  /** By lower-case paths: `username`, `meta.created`. */
  readonly columns: Readonly<Record<string, Column>>
  /** By lower-case names of multi-valued attributes. */
  readonly rows: Readonly<Record<string, Rows>>
  /** Multi-valued attributes in JSON that an index serves beside it. */
  readonly hints: Readonly<Record<string, NonNullable<Rows['lookup']>>>
}

export function userSource({ tenantId, tenant, issuer }: Scope, type: ResourceType): Source {
  return {
    tenantId,
    type,
    table: 'users',
    columns: {
      username: { kind: 'key', value: sql`r.user_name_key`, isThere: true },
      displayname: { kind: 'key', value: sql`r.display_name_key` },
      externalid: { kind: 'text', value: sql`r.external_id` },
      active: { kind: 'flag', value: sql`r.active`, isThere: true },
      ...metaColumns(issuer, 'User', 'Users'),
    },
    rows: {
      groups: groupsOfUser(tenantId, issuer),
      roles: rolesOfUser(tenantId, tenant.name, issuer),
    },
    hints: {
      emails: {
        part: 'value',
        column: sql`value_key`,
        idsWhere: (condition) => sql`select user_id from user_emails where tenant_id = ${tenantId} and ${condition}`,
      },
    },
  }
}

export function groupSource({ tenantId, issuer }: Scope, type: ResourceType): Source {
  return {
    tenantId,
    type,
    table: 'groups',
    columns: {
      displayname: { kind: 'key', value: sql`r.display_name_key`, isThere: true },
      externalid: { kind: 'text', value: sql`r.external_id` },
      ...metaColumns(issuer, 'Group', 'Groups'),
    },
    rows: {
      members: {
        from: sql`from group_members v left join users u on u.tenant_id = v.tenant_id and u.id = v.member_id
          left join groups g on g.tenant_id = v.tenant_id and g.id = v.member_id
          where v.tenant_id = ${tenantId} and v.group_id = r.id`,
        parts: memberParts(issuer),
        lookup: {
          part: 'value',
          column: sql`member_id`,
          idsWhere: (condition) =>
            sql`select group_id from group_members where tenant_id = ${tenantId} and ${condition}`,
        },
      },
    },
    hints: {},
  }
}

export function roleSource({ tenantId, tenant, issuer }: Scope, type: ResourceType): Source {
  const organization = sql`${tenantId}`
  return {
    tenantId,
    type,
    table: 'roles',
    columns: {
      displayname: { kind: 'key', value: sql`r.display_name_key`, isThere: true },
      externalid: { kind: 'text', value: sql`null` },
      'audience.type': {
        kind: 'key',
        value: sql`case r.audience when '' then 'organization' else 'application' end`,
        isThere: true,
      },
      'audience.value': {
        kind: 'text',
        value: sql`case r.audience when '' then ${organization} else r.audience end`,
        isThere: true,
      },
      'audience.display': { kind: 'key', value: audienceKey(tenantId, tenant.name, 'r') },
      ...metaColumns(issuer, 'Role', 'v2/Roles'),
    },
    rows: {
      schemas: { from: sql`from (select ${type.schema.id} as value) v where true`, parts: SIMPLE },
      permissions: {
        from: sql`from json_each(r.permissions) v where true`,
        parts: {
          value: { kind: 'text', value: sql`v.value`, isThere: true },
          display: { kind: 'key', value: sql`lower(v.value)`, isThere: true },
          $ref: { kind: 'text', value: sql`null` },
        },
      },
      users: holdersOf('users', 'u.user_name_key', tenantId, `${issuer}/scim2/Users/`),
      groups: holdersOf('groups', 'u.display_name_key', tenantId, `${issuer}/scim2/Groups/`),
    },
    hints: {},
  }
}

/** A value that has no parts. */
const SIMPLE: Readonly<Record<string, Column>> = { '': { kind: 'text', value: sql`v.value`, isThere: true } }

/** RFC 7643 section 3.1. The row's `id` is a column like any other. */
function metaColumns(issuer: string, name: string, path: string): Readonly<Record<string, Column>> {
  return {
    id: { kind: 'text', value: sql`r.id`, isThere: true },
    'meta.resourcetype': { kind: 'text', value: sql`${name}`, isThere: true },
    'meta.created': timeColumn('r.created'),
    'meta.lastmodified': timeColumn('r.last_modified'),
    'meta.location': { kind: 'text', value: sql`${`${issuer}/scim2/${path}/`} || r.id`, isThere: true },
    'meta.version': { kind: 'text', value: sql`'W/"' || r.version || '"'`, isThere: true },
  }
}

function timeColumn(name: string): Column {
  return { kind: 'time', value: verbatim(name), isThere: true }
}

function memberParts(issuer: string): Readonly<Record<string, Column>> {
  return {
    value: { kind: 'text', value: sql`v.member_id`, isThere: true },
    display: { kind: 'key', value: sql`coalesce(u.user_name_key, g.display_name_key)` },
    type: { kind: 'key', value: sql`lower(v.member_type)`, isThere: true },
    $ref: { kind: 'text', value: sql`${`${issuer}/scim2/`} || v.member_type || 's/' || v.member_id`, isThere: true },
  }
}

/** Users or groups who hold a role by a row of their own. */
function holdersOf(table: 'users' | 'groups', key: string, tenantId: string, address: string): Rows {
  return {
    from: sql`from role_members v join ${verbatim(table)} u on u.tenant_id = v.tenant_id and u.id = v.member_id
      where v.tenant_id = ${tenantId} and v.role_id = r.id`,
    parts: {
      value: { kind: 'text', value: sql`v.member_id`, isThere: true },
      display: { kind: 'key', value: verbatim(key), isThere: true },
      $ref: { kind: 'text', value: sql`${address} || v.member_id`, isThere: true },
    },
  }
}

/** The groups that a resource is in: its own, and those that those are in; `direct` is 1 or 0. Cycles end: it is a union. */
export function groupsAbove(tenantId: Sql, id: Sql): Sql {
  return sql`with recursive up(id, direct) as (
      select group_id, 1 from group_members where tenant_id = ${tenantId} and member_id = ${id}
      union select m.group_id, 0 from up join group_members m on m.tenant_id = ${tenantId} and m.member_id = up.id)`
}

function groupsOfUser(tenantId: string, issuer: string): Rows {
  return {
    from: sql`from (${groupsAbove(sql`${tenantId}`, sql`r.id`)} select g.id, g.display_name_key, max(up.direct) as direct
      from up join groups g on g.tenant_id = ${tenantId} and g.id = up.id group by g.id) v where true`,
    parts: {
      value: { kind: 'text', value: sql`v.id`, isThere: true },
      display: { kind: 'key', value: sql`v.display_name_key`, isThere: true },
      type: { kind: 'key', value: sql`case v.direct when 1 then 'direct' else 'indirect' end`, isThere: true },
      $ref: { kind: 'text', value: sql`${`${issuer}/scim2/Groups/`} || v.id`, isThere: true },
    },
    lookup: { part: 'value', column: sql`id`, idsWhere: (condition) => membersBelow(tenantId, condition) },
  }
}

/** Everybody below the groups that the condition picks by their `id`, through groups in groups. */
function membersBelow(tenantId: string, condition: Sql): Sql {
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

function rolesOfUser(tenantId: string, tenantName: string, issuer: string): Rows {
  return {
    from: sql`from (${rolesHeld(sql`${tenantId}`, sql`r.id`)}) v where true`,
    parts: {
      value: { kind: 'text', value: sql`v.id`, isThere: true },
      display: { kind: 'key', value: sql`v.display_name_key`, isThere: true },
      $ref: { kind: 'text', value: sql`${`${issuer}/scim2/v2/Roles/`} || v.id`, isThere: true },
      audiencetype: {
        kind: 'key',
        value: sql`case v.audience when '' then 'organization' else 'application' end`,
        isThere: true,
      },
      audiencevalue: {
        kind: 'key',
        value: sql`case v.audience when '' then ${tenantId} else v.audience end`,
        isThere: true,
      },
      audiencedisplay: { kind: 'key', value: audienceKey(tenantId, tenantName, 'v') },
    },
  }
}

/** The folded name of where a role counts. */
function audienceKey(tenantId: string, tenantName: string, alias: string): Sql {
  return sql`case ${verbatim(alias)}.audience when '' then ${nameKey(tenantName)} else (select a.name_key
    from applications a where a.tenant_id = ${tenantId} and a.id = ${verbatim(alias)}.audience) end`
}

/** The path of an attribute in `compared` or `document`, as SQL text. Names come from schemas, and have no quotes. */
export function jsonPath(names: readonly string[]): string {
  return `'$${names.map((name) => `."${name}"`).join('')}'`
}
