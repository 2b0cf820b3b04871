import { and, asc, count, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { groupMembers, groups, users } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'
import { resourceMeta } from '../users/resource.ts'

export type GroupRow = typeof groups.$inferSelect
export type Member = {
  readonly id: string
  readonly type: 'User' | 'Group'
  /** userName of a user, displayName of a group. */
  readonly name: string
}

export async function findGroup({ db, tenantId }: Scope, id: string): Promise<GroupRow | undefined> {
  const [row] = await db
    .select()
    .from(groups)
    .where(and(eq(groups.tenantId, tenantId), eq(groups.id, id)))
    .limit(1)
  return row
}

/** Throws the 404 of RFC 7644 section 3.4.1. */
export async function getGroup(scope: Scope, id: string): Promise<GroupRow> {
  const row = await findGroup(scope, id)
  if (!row) throw new ScimError(404, `Group ${id} not found`)
  return row
}

export type GroupPage = {
  readonly where?: SQL | undefined
  readonly offset: number
  readonly limit: number
  readonly sort?: 'displayName' | 'created'
  readonly descending?: boolean
}

/** One page of groups and how many there are in all; without `sort` in the order in which they came. */
export async function listGroups(
  { db, tenantId }: Scope,
  page: GroupPage,
): Promise<{ total: number; rows: GroupRow[] }> {
  const where = and(eq(groups.tenantId, tenantId), page.where)
  const direction = page.descending ? desc : asc
  const column = { displayName: groups.displayNameKey, created: groups.created }
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(groups).where(where),
    db
      .select()
      .from(groups)
      .where(where)
      .orderBy(direction(column[page.sort ?? 'created']), direction(groups.id))
      .limit(page.limit)
      .offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** The condition of a search box: a part of the display name. */
export function groupSearch(text: string): SQL | undefined {
  return text === '' ? undefined : sql`instr(${groups.displayNameKey}, ${nameKey(text)}) > 0`
}

/** Members by group id, users and groups, in the order of their names. */
export async function membersOfGroups({ db, tenantId }: Scope, ids: readonly string[]): Promise<Map<string, Member[]>> {
  const found = new Map<string, Member[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return found
  const inGroups = and(eq(groupMembers.tenantId, tenantId), inArray(groupMembers.groupId, [...ids]))
  const [userRows, groupRows] = await db.batch([
    db
      .select({ groupId: groupMembers.groupId, id: groupMembers.memberId, name: users.userName })
      .from(groupMembers)
      .innerJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, groupMembers.memberId)))
      .where(inGroups)
      .orderBy(users.userNameKey),
    db
      .select({ groupId: groupMembers.groupId, id: groupMembers.memberId, name: groups.displayName })
      .from(groupMembers)
      .innerJoin(groups, and(eq(groups.tenantId, tenantId), eq(groups.id, groupMembers.memberId)))
      .where(inGroups)
      .orderBy(groups.displayNameKey),
  ])
  for (const { groupId, id, name } of userRows) found.get(groupId)?.push({ id, name, type: 'User' })
  for (const { groupId, id, name } of groupRows) found.get(groupId)?.push({ id, name, type: 'Group' })
  return found
}

/** How many members each group has, by group id. */
export async function countMembers({ db, tenantId }: Scope, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select({ groupId: groupMembers.groupId, members: count() })
    .from(groupMembers)
    .where(and(eq(groupMembers.tenantId, tenantId), inArray(groupMembers.groupId, [...ids])))
    .groupBy(groupMembers.groupId)
  return new Map(rows.map((row) => [row.groupId, row.members]))
}

/** A row as the SCIM resource that it is (RFC 7643 section 4.2). */
export function groupResource(scope: Scope, row: GroupRow, members: readonly Member[]): Resource {
  const values = members.map((member) => ({
    value: member.id,
    $ref: `${scope.issuer}/scim2/${member.type}s/${member.id}`,
    display: member.name,
    type: member.type,
  }))
  const { schemas, ...document } = row.document
  return {
    schemas,
    id: row.id,
    ...document,
    ...(values.length > 0 ? { members: values } : {}),
    meta: resourceMeta(scope, 'Group', row),
  } as Resource
}

/** A group as SCIM shows it, with its members. */
export async function readGroupResource(scope: Scope, row: GroupRow): Promise<Resource> {
  const members = await membersOfGroups(scope, [row.id])
  return groupResource(scope, row, members.get(row.id) ?? [])
}

/** Which of these ids are users, and which are groups, of this tenant. */
export async function findMemberTypes(
  { db, tenantId }: Scope,
  ids: readonly string[],
): Promise<Map<string, 'User' | 'Group'>> {
  const types = new Map<string, 'User' | 'Group'>()
  const list = sql`(select value from json_each(${JSON.stringify(ids)}))`
  const [userRows, groupRows] = await db.batch([
    db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.tenantId, tenantId), sql`${users.id} in ${list}`)),
    db
      .select({ id: groups.id })
      .from(groups)
      .where(and(eq(groups.tenantId, tenantId), sql`${groups.id} in ${list}`)),
  ])
  for (const { id } of userRows) types.set(id, 'User')
  for (const { id } of groupRows) types.set(id, 'Group')
  return types
}
