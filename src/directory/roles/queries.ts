import { ScimError } from '../../core/errors.ts'
import { firstOf, rowsOf } from '../../db/open.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { ListQuery } from '../../scim/query.ts'
import type { Resource } from '../../scim/schema.ts'
import { ROLE_SCHEMA } from '../../scim/schemas/role.ts'
import { listPage } from '../list/queries.ts'
import type { Condition } from '../list/where.ts'
import type { Page } from '../list/page.ts'
import type { Source } from '../list/columns.ts'
import type { Member } from '../members/queries.ts'
import { isPermission, PERMISSIONS } from '../permissions.ts'
import { resourceMeta } from '../users/resource.ts'

export type RoleRow = {
  readonly id: string
  readonly displayName: string
  /** The application where the role counts; '' is the organization. */
  readonly audience: string
  readonly audienceName: string | null
  readonly externalId: string | null
  readonly builtIn: boolean
  readonly permissions: readonly string[]
  readonly created: Date
  readonly lastModified: Date
  readonly version: number
}

type Stored = {
  readonly id: string
  readonly display_name: string
  readonly audience: string
  readonly audience_name: string | null
  readonly external_id: string | null
  readonly built_in: number
  readonly permissions: string
  readonly created: number
  readonly last_modified: number
  readonly version: number
}

function columns(tenantId: Sql): Sql {
  return sql`r.id, r.display_name, r.audience, r.external_id, r.built_in, r.permissions, r.created, r.last_modified, r.version,
    (select a.name from applications a where a.tenant_id = ${tenantId} and a.id = r.audience) as audience_name`
}

function toRow(stored: Stored): RoleRow {
  return {
    id: stored.id,
    displayName: stored.display_name,
    audience: stored.audience,
    audienceName: stored.audience_name,
    externalId: stored.external_id,
    builtIn: stored.built_in === 1,
    permissions: JSON.parse(stored.permissions) as string[],
    created: new Date(stored.created),
    lastModified: new Date(stored.last_modified),
    version: stored.version,
  }
}

/** Throws the 404 of RFC 7644 section 3.4.1. */
export async function getRole({ db, tenantId }: Scope, id: string): Promise<RoleRow> {
  const found = await firstOf<Stored>(
    db,
    sql`select ${columns(sql`${tenantId}`)} from roles r where r.tenant_id = ${tenantId} and r.id = ${id}`,
  )
  if (!found) throw new ScimError(404, `Role ${id} not found`)
  return toRow(found)
}

/** One page of roles without their holders. */
export async function listRoles(
  scope: Scope,
  query: ListQuery,
  { source, condition }: { readonly source: Source; readonly condition: Condition },
): Promise<Page<RoleRow>> {
  const page = await listPage<Stored>(scope, source, query, condition, columns(verbatim('?1')).sql)
  return { ...page, rows: page.rows.map(toRow) }
}

/** All roles by name, for a choice among them; the built-in ones first. */
export async function allRoles({ db, tenantId }: Scope): Promise<RoleRow[]> {
  const rows = await rowsOf<Stored>(
    db,
    sql`select ${columns(sql`${tenantId}`)} from roles r where r.tenant_id = ${tenantId}
      order by r.built_in desc, r.display_name_key, r.audience limit 1000`,
  )
  return rows.map(toRow)
}

/** Roles by their ids, in no order: for what was found among other things. */
export async function rolesByIds({ db, tenantId }: Scope, ids: readonly string[]): Promise<RoleRow[]> {
  const found = await rowsOf<Stored>(
    db,
    sql`select ${columns(sql`${tenantId}`)} from roles r where r.tenant_id = ${tenantId}
      and r.id in (select value from json_each(${JSON.stringify(ids)}))`,
  )
  return found.map(toRow)
}

/** The names of the connections whose people are chosen by this role. */
export async function connectionsWithRole({ db, tenantId }: Scope, roleId: string): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    db,
    sql`select name from connections where tenant_id = ${tenantId}
      and exists (select 1 from json_each(outbound_roles) where value = ${roleId}) order by name_key limit 10`,
  )
  return rows.map((row) => row.name)
}

export async function isApplication({ db, tenantId }: Scope, id: string): Promise<boolean> {
  const row = await firstOf(db, sql`select 1 as one from applications where tenant_id = ${tenantId} and id = ${id}`)
  return row !== undefined
}

export async function countUsers({ db, tenantId }: Scope): Promise<number> {
  const row = await firstOf<{ total: number }>(
    db,
    sql`select count(*) as total from users where tenant_id = ${tenantId}`,
  )
  return row?.total ?? 0
}

/** A role in WSO2's v2 shape, which `$ref` in a user's roles leads to. */
export function roleResource(scope: Scope, row: RoleRow, holders: readonly Member[] = []): Resource {
  const { issuer, tenantId, tenant } = scope
  const isOrganization = row.audience === ''
  const value = (holder: Member) => ({
    value: holder.id,
    $ref: `${issuer}/scim2/${holder.type}s/${holder.id}`,
    display: holder.name,
  })
  const users = holders.filter(({ type }) => type === 'User').map(value)
  const groups = holders.filter(({ type }) => type === 'Group').map(value)
  return {
    schemas: [ROLE_SCHEMA.id],
    id: row.id,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    displayName: row.displayName,
    audience: {
      type: isOrganization ? 'organization' : 'application',
      value: isOrganization ? tenantId : row.audience,
      display: isOrganization ? tenant.name : (row.audienceName ?? ''),
    },
    ...(row.permissions.length > 0 ? { permissions: row.permissions.map(permissionValue) } : {}),
    ...(users.length > 0 ? { users } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    meta: resourceMeta(scope, 'Role', 'v2/Roles', row),
  }
}

function permissionValue(permission: string) {
  return { value: permission, ...(isPermission(permission) ? { display: PERMISSIONS[permission] } : {}) }
}
