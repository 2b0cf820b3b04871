/**
 * Where the attributes of a resource type stand in the database, for filters and sorting. `r` is the resource's row.
 * What is not named here stands in `r.compared`, the JSON of its values in the form in which they are compared.
 */
import { nameKey } from '../../core/ids.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope, Tenant } from '../../platform.ts'
import type { ResourceType } from '../../scim/schema.ts'
import { PERMISSIONS } from '../permissions.ts'
import { type Column, indexed, metaColumns, type Rows, type Source } from './columns.ts'
import { groupsAbove, membersBelow, rolesHeld } from './membership.ts'

/** Made once for a tenant and its schema: every list asks for it. */
export function userSource(scope: Scope, type: ResourceType): Source {
  const known = userSources.get(scope.tenant)
  if (known?.source.type === type && known.issuer === scope.issuer) return known.source
  const source = makeUserSource(scope, type)
  userSources.set(scope.tenant, { issuer: scope.issuer, source })
  return source
}
const userSources = new WeakMap<Tenant, { readonly issuer: string; readonly source: Source }>()

function makeUserSource({ tenantId, tenant, issuer }: Scope, type: ResourceType): Source {
  const place = { tenantId, table: 'users' } as const
  return {
    ...place,
    type,
    columns: {
      username: { kind: 'key', ...indexed(place, 'user_name_key'), isThere: true, isUnique: true },
      displayname: { kind: 'key', ...indexed(place, 'display_name_key') },
      externalid: { kind: 'text', ...indexed(place, 'external_id') },
      active: { kind: 'flag', value: sql`r.active`, isThere: true },
      ...metaColumns(issuer, 'User', 'Users'),
      id: { kind: 'text', ...indexed(place, 'id'), isThere: true, isUnique: true },
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
  const place = { tenantId, table: 'groups' } as const
  return {
    ...place,
    type,
    columns: {
      displayname: { kind: 'key', ...indexed(place, 'display_name_key'), isThere: true },
      externalid: { kind: 'text', ...indexed(place, 'external_id') },
      ...metaColumns(issuer, 'Group', 'Groups'),
      id: { kind: 'text', ...indexed(place, 'id'), isThere: true, isUnique: true },
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
      externalid: { kind: 'text', value: sql`r.external_id` },
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
          display: {
            kind: 'key',
            value: sql`(select m.value from json_each(${PERMISSION_NAMES}) m where m.key = v.value)`,
          },
          $ref: { kind: 'text', value: sql`null` },
        },
      },
      users: holdersOf('users', 'u.user_name_key', tenantId, `${issuer}/scim2/Users/`),
      groups: holdersOf('groups', 'u.display_name_key', tenantId, `${issuer}/scim2/Groups/`),
    },
    hints: {},
  }
}

/** What permissions are called, by themselves, as it is compared. */
const PERMISSION_NAMES = JSON.stringify(
  Object.fromEntries(Object.entries(PERMISSIONS).map(([name, display]) => [name, nameKey(display)])),
)

/** A value that has no parts. */
const SIMPLE: Readonly<Record<string, Column>> = { '': { kind: 'text', value: sql`v.value`, isThere: true } }

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

function groupsOfUser(tenantId: string, issuer: string): Rows {
  return {
    from: sql`from (${groupsAbove(sql`${tenantId}`, sql`r.id`)} select g.id, g.display_name_key, max(up.direct) as direct
      from up cross join groups g on g.tenant_id = ${tenantId} and g.id = up.id group by g.id) v where true`,
    parts: {
      value: { kind: 'text', value: sql`v.id`, isThere: true },
      display: { kind: 'key', value: sql`v.display_name_key`, isThere: true },
      type: { kind: 'key', value: sql`case v.direct when 1 then 'direct' else 'indirect' end`, isThere: true },
      $ref: { kind: 'text', value: sql`${`${issuer}/scim2/Groups/`} || v.id`, isThere: true },
    },
    lookup: { part: 'value', column: sql`id`, idsWhere: (condition) => membersBelow(tenantId, condition) },
    otherLookup: {
      part: 'display',
      column: sql`display_name_key`,
      idsWhere: (condition) => membersBelow(tenantId, condition),
      isSmall: true,
    },
  }
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
