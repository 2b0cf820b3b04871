import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { firstOf, rowsOf } from '../../db/open.ts'
import type { UserDocument, UserSource } from '../../db/schema.ts'
import { join, type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { ListQuery } from '../../scim/query.ts'
import type { Resource } from '../../scim/schema.ts'
import { futureOf } from '../ahead/future.ts'
import { listPage } from '../list/queries.ts'
import type { Condition } from '../list/where.ts'
import type { Page } from '../list/page.ts'
import type { Source } from '../list/columns.ts'
import {
  ALL_LINKS,
  groupsColumn,
  rolesColumn,
  type ShownLinks,
  type StoredLinks,
  toGroups,
  toRoles,
} from './links/queries.ts'
import { type UserLinks, userResource } from './resource.ts'

export type UserRow = {
  readonly id: string
  readonly userName: string
  readonly externalId: string | null
  readonly displayName: string | null
  readonly active: boolean
  readonly document: UserDocument
  readonly passwordHash: string | null
  readonly source: UserSource
  readonly sourceConnectionId: string | null
  readonly created: Date
  readonly lastModified: Date
  readonly version: number
}
export type LinkedUser = { readonly row: UserRow; readonly links: UserLinks }

export async function findUser(scope: Scope, id: string): Promise<UserRow | undefined> {
  const { db, tenantId } = scope
  const future = futureOf(scope)?.users
  if (future?.has(id)) return future.get(id)?.row
  const found = await firstOf<Stored>(
    db,
    sql`select ${OWN_COLUMNS} from users r where r.tenant_id = ${tenantId} and r.id = ${id}`,
  )
  return found && toRow(found)
}

/** By userName, which is compared case-folded (RFC 7643 section 4.1.1). */
export async function findUserByName({ db, tenantId }: Scope, userName: string): Promise<UserRow | undefined> {
  const found = await firstOf<Stored>(
    db,
    sql`select ${OWN_COLUMNS} from users r where r.tenant_id = ${tenantId} and r.user_name_key = ${nameKey(userName)}`,
  )
  return found && toRow(found)
}

/** A user with groups and roles, in one statement. */
export async function findLinkedUser(
  scope: Scope,
  id: string,
  shown: ShownLinks = ALL_LINKS,
): Promise<LinkedUser | undefined> {
  const { db, tenantId } = scope
  const future = futureOf(scope)?.users
  if (future?.has(id)) return future.get(id)
  const found = await firstOf<Stored & StoredLinks>(db, { sql: readingOf(shown), args: [tenantId, id] })
  return found && toLinked(scope, found)
}

/** Throws the 404 of RFC 7644 section 3.4.1. */
export async function getLinkedUser(scope: Scope, id: string, shown: ShownLinks = ALL_LINKS): Promise<LinkedUser> {
  const user = await findLinkedUser(scope, id, shown)
  if (!user) throw new ScimError(404, `User ${id} not found`)
  return user
}

/** The statement that reads one user by tenant (?1) and id (?2). */
function readingOf(shown: ShownLinks): string {
  return textOf(shown, 'one', () => `select ${columnsOf(shown)} from users r where r.tenant_id = ?1 and r.id = ?2`)
}

/** The columns of a user `r` as text in which ?1 is the tenant. */
function columnsOf(shown: ShownLinks): string {
  return textOf(shown, 'columns', () => userColumns(verbatim('?1'), shown).sql)
}

/** A text that is made once for each choice of links. */
function textOf({ groups, roles }: ShownLinks, name: string, make: () => string): string {
  const key = `${name} ${groups} ${roles}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const text = make()
  texts.set(key, text)
  return text
}
const texts = new Map<string, string>()

/** One page of users with groups and roles; without a sortBy in the order in which they came. */
export async function listUsers(
  scope: Scope,
  query: ListQuery,
  { source, condition, shown = ALL_LINKS }: { source: Source; condition: Condition; shown?: ShownLinks },
): Promise<Page<LinkedUser>> {
  const page = await listPage<Stored & StoredLinks>(scope, source, query, condition, columnsOf(shown))
  return { ...page, rows: await Promise.all(page.rows.map((stored) => toLinked(scope, stored))) }
}

/** Users by their ids, in no order: for what was found among other things. */
export async function usersByIds(scope: Scope, ids: readonly string[], shown = ALL_LINKS): Promise<LinkedUser[]> {
  const { db, tenantId } = scope
  const found = await rowsOf<Stored & StoredLinks>(
    db,
    sql`select ${userColumns(sql`${scope.tenantId}`, shown)} from users r where r.tenant_id = ${tenantId}
      and r.id in (select value from json_each(${JSON.stringify(ids)}))`,
  )
  return Promise.all(found.map((stored) => toLinked(scope, stored)))
}

/** A user as SCIM shows her. */
export function toUserResource(scope: Scope, { row, links }: LinkedUser): Resource {
  return userResource(scope, row, links)
}

const OWN_COLUMNS = sql`r.id, r.user_name, r.external_id, r.display_name, r.active, r.document, r.password_hash, r.source,
  r.source_connection_id, r.created, r.last_modified, r.version`

type Stored = {
  readonly id: string
  readonly user_name: string
  readonly external_id: string | null
  readonly display_name: string | null
  readonly active: number
  readonly document: string
  readonly password_hash: string | null
  readonly source: UserSource
  readonly source_connection_id: string | null
  readonly created: number
  readonly last_modified: number
  readonly version: number
}

function userColumns(tenantId: Sql, shown: ShownLinks): Sql {
  return join(
    [
      OWN_COLUMNS,
      ...(shown.groups ? [groupsColumn(tenantId, sql`r.id`)] : []),
      ...(shown.roles ? [rolesColumn(tenantId, sql`r.id`)] : []),
    ],
    ', ',
  )
}

function toRow(stored: Stored): UserRow {
  return {
    id: stored.id,
    userName: stored.user_name,
    externalId: stored.external_id,
    displayName: stored.display_name,
    active: stored.active === 1,
    document: JSON.parse(stored.document) as UserDocument,
    passwordHash: stored.password_hash,
    source: stored.source,
    sourceConnectionId: stored.source_connection_id,
    created: new Date(stored.created),
    lastModified: new Date(stored.last_modified),
    version: stored.version,
  }
}

async function toLinked(scope: Scope, stored: Stored & StoredLinks): Promise<LinkedUser> {
  const { groups_json, roles_json } = stored
  const links = {
    groups: toGroups(groups_json),
    roles: roles_json === undefined ? [] : await toRoles(scope, roles_json),
  }
  return { row: toRow(stored), links }
}

/** First and last name in the form in which names are compared, null without either. */
const FULL_NAME = sql`nullif(trim(coalesce(r.compared ->> '$.name.givenName', '') || ' ' ||
  coalesce(r.compared ->> '$.name.familyName', '')), '')`

/** For a list that shows people without a display name by first and last name: its order is that of what is shown. */
export function byShownName(source: Source): Source {
  const displayname = { kind: 'key', value: sql`coalesce(r.display_name_key, ${FULL_NAME})` } as const
  return { ...source, columns: { ...source.columns, displayname } }
}

/** The condition of a search box: a part of the user name, the display name, first and last name or an e-mail address. */
export function userSearch(text: string): Sql {
  const key = nameKey(text)
  return sql`(instr(r.user_name_key, ${key}) > 0 or instr(coalesce(r.display_name_key, ''), ${key}) > 0
    or instr(coalesce(${FULL_NAME}, ''), ${key}) > 0
    or exists (select 1 from json_each(r.compared, '$.emails') e where instr(e.value ->> 'value', ${key}) > 0))`
}
