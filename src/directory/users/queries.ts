import { and, asc, count, desc, eq, inArray, ne, or, type SQL, sql } from 'drizzle-orm'
import { ScimError } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { groupMembers, groups, roleMembers, roles, userEmails, users } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'
import { type UserLinks, userResource } from './resource.ts'

export type UserRow = typeof users.$inferSelect

export async function findUser({ db, tenantId }: Scope, id: string): Promise<UserRow | undefined> {
  const [row] = await db
    .select()
    .from(users)
    .where(and(eq(users.tenantId, tenantId), eq(users.id, id)))
    .limit(1)
  return row
}

/** By userName, which is compared case-folded (RFC 7643 section 4.1.1). */
export async function findUserByName({ db, tenantId }: Scope, userName: string): Promise<UserRow | undefined> {
  const [row] = await db
    .select()
    .from(users)
    .where(and(eq(users.tenantId, tenantId), eq(users.userNameKey, nameKey(userName))))
    .limit(1)
  return row
}

/** Throws the 404 of RFC 7644 section 3.4.1. */
export async function getUser(scope: Scope, id: string): Promise<UserRow> {
  const row = await findUser(scope, id)
  if (!row) throw new ScimError(404, `User ${id} not found`)
  return row
}

export type Page = {
  readonly where?: SQL | undefined
  /** Rows to pass over, and rows to give at the most. */
  readonly offset: number
  readonly limit: number
  readonly sort?: 'userName' | 'created' | 'lastModified'
  readonly descending?: boolean
}

/** One page of users and how many there are in all; without `sort` in the order in which they came. */
export async function listUsers({ db, tenantId }: Scope, page: Page): Promise<{ total: number; rows: UserRow[] }> {
  const where = and(eq(users.tenantId, tenantId), page.where)
  const direction = page.descending ? desc : asc
  const column = { userName: users.userNameKey, created: users.created, lastModified: users.lastModified }
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(users).where(where),
    db
      .select()
      .from(users)
      .where(where)
      .orderBy(direction(column[page.sort ?? 'created']), direction(users.id))
      .limit(page.limit)
      .offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** The condition of a search box: a part of the user name, the display name or an e-mail address. */
export function userSearch({ tenantId }: Scope, text: string): SQL | undefined {
  if (text === '') return undefined
  const key = nameKey(text)
  return or(
    sql`instr(${users.userNameKey}, ${key}) > 0`,
    sql`instr(lower(coalesce(${users.displayName}, '')), ${key}) > 0`,
    sql`exists (select 1 from ${userEmails} where ${userEmails.tenantId} = ${tenantId}
      and ${userEmails.userId} = ${users.id} and instr(${userEmails.valueKey}, ${key}) > 0)`,
  )
}

/** The groups and roles of several users in two queries, by user id. Every user holds `everyone`. */
export async function linksOfUsers({ db, tenantId }: Scope, ids: readonly string[]): Promise<Map<string, UserLinks>> {
  if (ids.length === 0) return new Map()
  const [memberships, everyone, held] = await db.batch([
    db
      .select({ userId: groupMembers.memberId, id: groups.id, displayName: groups.displayName })
      .from(groupMembers)
      .innerJoin(groups, and(eq(groups.tenantId, tenantId), eq(groups.id, groupMembers.groupId)))
      .where(and(eq(groupMembers.tenantId, tenantId), inArray(groupMembers.memberId, [...ids])))
      .orderBy(groups.displayNameKey),
    db
      .select({ id: roles.id, displayName: roles.displayName })
      .from(roles)
      .where(and(eq(roles.tenantId, tenantId), eq(roles.displayName, 'everyone'))),
    db
      .select({ userId: roleMembers.userId, id: roles.id, displayName: roles.displayName })
      .from(roleMembers)
      .innerJoin(roles, and(eq(roles.tenantId, tenantId), eq(roles.id, roleMembers.roleId)))
      .where(and(eq(roleMembers.tenantId, tenantId), inArray(roleMembers.userId, [...ids]))),
  ])
  const of = <T extends { userId: string }>(rows: readonly T[], id: string) => rows.filter((row) => row.userId === id)
  return new Map(ids.map((id) => [id, { groups: of(memberships, id), roles: [...everyone, ...of(held, id)] }]))
}

/** A user as SCIM shows her, with groups and roles. */
export async function readUserResource(scope: Scope, row: UserRow): Promise<Resource> {
  const links = await linksOfUsers(scope, [row.id])
  return userResource(scope, row, links.get(row.id) ?? { groups: [], roles: [] })
}

/** True if nobody else who holds the role `admin` is active: without her the tenant has no way in. */
export async function isLastAdministrator(scope: Scope, userId: string): Promise<boolean> {
  if (!(await isAdministrator(scope, userId))) return false
  const { db, tenantId } = scope
  const others = await db
    .select({ one: sql`1` })
    .from(roleMembers)
    .innerJoin(roles, and(eq(roles.tenantId, tenantId), eq(roles.id, roleMembers.roleId)))
    .innerJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, roleMembers.userId), eq(users.active, true)))
    .where(and(eq(roleMembers.tenantId, tenantId), eq(roles.displayName, 'admin'), ne(users.id, userId)))
    .limit(1)
  return others.length === 0
}

/** True if the user holds the role `admin`, which opens the console and the APIs. */
export async function isAdministrator({ db, tenantId }: Scope, userId: string): Promise<boolean> {
  const rows = await db
    .select({ one: sql`1` })
    .from(roleMembers)
    .innerJoin(roles, and(eq(roles.tenantId, tenantId), eq(roles.id, roleMembers.roleId)))
    .where(and(eq(roleMembers.tenantId, tenantId), eq(roleMembers.userId, userId), eq(roles.displayName, 'admin')))
    .limit(1)
  return rows.length > 0
}
