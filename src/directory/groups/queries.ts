import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { firstOf, rowsOf } from '../../db/open.ts'
import type { UserDocument } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { ListQuery } from '../../scim/query.ts'
import type { Resource } from '../../scim/schema.ts'
import { futureOf } from '../ahead/future.ts'
import { listPage } from '../list/queries.ts'
import type { Condition } from '../list/where.ts'
import type { Page } from '../list/page.ts'
import { groupsAbove, roleIdsHeld } from '../list/membership.ts'
import { type Source } from '../list/columns.ts'
import { GROUPS } from '../members/commands.ts'
import { countMembers, type Member } from '../members/queries.ts'
import { type Permissions, permissionsOf, type RoleRow, toHeldRole } from '../permissions.ts'
import { resourceMeta } from '../users/resource.ts'

/** A page has no more members than this in all its groups together, so that it stays a page; one group is always whole. */
const MOST_MEMBERS = 100_000

export type GroupRow = {
  readonly id: string
  readonly displayName: string
  readonly externalId: string | null
  readonly document: UserDocument
  readonly created: Date
  readonly lastModified: Date
  readonly version: number
}
type Stored = {
  readonly id: string
  readonly display_name: string
  readonly external_id: string | null
  readonly document: string
  readonly created: number
  readonly last_modified: number
  readonly version: number
}

const COLUMNS = sql`r.id, r.display_name, r.external_id, r.document, r.created, r.last_modified, r.version`

function toRow(stored: Stored): GroupRow {
  return {
    id: stored.id,
    displayName: stored.display_name,
    externalId: stored.external_id,
    document: JSON.parse(stored.document) as UserDocument,
    created: new Date(stored.created),
    lastModified: new Date(stored.last_modified),
    version: stored.version,
  }
}

export async function findGroup(scope: Scope, id: string): Promise<GroupRow | undefined> {
  const { db, tenantId } = scope
  const future = futureOf(scope)?.groups
  if (future?.has(id)) return future.get(id)
  const found = await firstOf<Stored>(
    db,
    sql`select ${COLUMNS} from groups r where r.tenant_id = ${tenantId} and r.id = ${id}`,
  )
  return found && toRow(found)
}

/** By its name, case-folded: no two groups of a tenant share one. */
export async function findGroupByName({ db, tenantId }: Scope, displayName: string): Promise<GroupRow | undefined> {
  const found = await firstOf<Stored>(
    db,
    sql`select ${COLUMNS} from groups r where r.tenant_id = ${tenantId} and r.display_name_key = ${nameKey(displayName)}`,
  )
  return found && toRow(found)
}

/** Throws the 404 of RFC 7644 section 3.4.1. */
export async function getGroup(scope: Scope, id: string): Promise<GroupRow> {
  const row = await findGroup(scope, id)
  if (!row) throw new ScimError(404, `Group ${id} not found`)
  return row
}

/** One page of groups without their members; without a sortBy in the order in which they came. */
export async function listGroups(
  scope: Scope,
  query: ListQuery,
  { source, condition }: { readonly source: Source; readonly condition: Condition },
): Promise<Page<GroupRow>> {
  const page = await listPage<Stored>(scope, source, query, condition, COLUMNS.sql)
  return { ...page, rows: page.rows.map(toRow) }
}

/** Groups by their ids, in no order: for what was found among other things. */
export async function groupsByIds({ db, tenantId }: Scope, ids: readonly string[]): Promise<GroupRow[]> {
  const found = await rowsOf<Stored>(
    db,
    sql`select ${COLUMNS} from groups r where r.tenant_id = ${tenantId}
      and r.id in (select value from json_each(${JSON.stringify(ids)}))`,
  )
  return found.map(toRow)
}

/** The condition of a search box: a part of the display name. */
export function groupSearch(text: string): Sql {
  return sql`instr(r.display_name_key, ${nameKey(text)}) > 0`
}

/** As many of these groups as a page can hold with their members; the first in any case. */
export async function cutByMembers(scope: Scope, rows: readonly GroupRow[]): Promise<readonly GroupRow[]> {
  const counts = await countMembers(
    scope,
    GROUPS,
    rows.map((row) => row.id),
  )
  let sum = 0
  const end = rows.findIndex((row, i) => (sum += counts.get(row.id) ?? 0) > MOST_MEMBERS && i > 0)
  return end < 0 ? rows : rows.slice(0, end)
}

/** A row as the SCIM resource that it is (RFC 7643 section 4.2). */
export function groupResource(scope: Scope, row: GroupRow, members: readonly Member[] = []): Resource {
  const { schemas, ...document } = row.document
  const resource = { schemas, id: row.id, ...document } as Resource
  if (members.length > 0) {
    resource.members = members.map(({ id, type, name }) => ({
      value: id,
      $ref: `${scope.issuer}/scim2/${type}s/${id}`,
      display: name,
      type,
    }))
  }
  resource.meta = resourceMeta(scope, 'Group', 'Groups', row)
  return resource
}

/** What it permits to be in a group, by its roles and those of the groups that it is in. */
export async function permissionsOfGroup({ db, tenantId }: Scope, groupId: string): Promise<Permissions> {
  const rows = await rowsOf<RoleRow>(
    db,
    sql`${groupsAbove(sql`${tenantId}`, sql`${groupId}`)} select o.display_name as name, o.built_in, o.audience, o.permissions
      from roles o where o.tenant_id = ${tenantId} and o.id in (
        ${roleIdsHeld(sql`${tenantId}`, sql`${groupId}`)})`,
  )
  return permissionsOf(rows.map(toHeldRole))
}

/** Members whom clients named and who are not here, the last named first. */
export async function listUnknownMembers({ db, tenantId }: Scope, groupId: string) {
  return rowsOf<{ id: string; client: string; lastSeen: number }>(
    db,
    sql`select member_id as id, client, last_seen as lastSeen from unknown_members
      where tenant_id = ${tenantId} and group_id = ${groupId} order by last_seen desc limit 200`,
  )
}
