import { and, asc, count, eq, notExists, type SQL, sql } from 'drizzle-orm'
import { nameKey } from '../../core/ids.ts'
import { groupMembers, groups, users } from '../../db/schema.ts'
import { userSearch } from '../../directory/users/queries.ts'
import type { Member } from '../../directory/groups/queries.ts'
import type { Scope } from '../../platform.ts'

type Page = { readonly q: string; readonly offset: number; readonly limit: number }

/** One page of a group's members by name, and how many match in all. */
export async function listMembers(
  { db, tenantId }: Scope,
  groupId: string,
  page: Page,
): Promise<{ total: number; rows: Member[] }> {
  const nameOfMember = sql<string>`coalesce(${users.userName}, ${groups.displayName})`
  const keyOfMember = sql<string>`coalesce(${users.userNameKey}, ${groups.displayNameKey})`
  const found = page.q === '' ? undefined : sql`instr(${keyOfMember}, ${nameKey(page.q)}) > 0`
  const where = and(eq(groupMembers.tenantId, tenantId), eq(groupMembers.groupId, groupId), found)
  const isUser = and(eq(users.tenantId, tenantId), eq(users.id, groupMembers.memberId))
  const isGroup = and(eq(groups.tenantId, tenantId), eq(groups.id, groupMembers.memberId))
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(groupMembers).leftJoin(users, isUser).leftJoin(groups, isGroup).where(where),
    db
      .select({ id: groupMembers.memberId, type: groupMembers.memberType, name: nameOfMember })
      .from(groupMembers)
      .leftJoin(users, isUser)
      .leftJoin(groups, isGroup)
      .where(where)
      .orderBy(keyOfMember)
      .limit(page.limit)
      .offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** Users and groups whose names contain `q` and who are not in the group yet, at most `limit` of each. */
export async function findCandidates(scope: Scope, groupId: string, q: string, limit: number): Promise<Member[]> {
  if (q === '') return []
  const { db, tenantId } = scope
  const isNoMember = (id: SQL | typeof users.id | typeof groups.id) =>
    notExists(
      db
        .select({ one: sql`1` })
        .from(groupMembers)
        .where(
          and(eq(groupMembers.tenantId, tenantId), eq(groupMembers.groupId, groupId), eq(groupMembers.memberId, id)),
        ),
    )
  const [userRows, groupRows] = await db.batch([
    db
      .select({ id: users.id, name: users.userName })
      .from(users)
      .where(and(eq(users.tenantId, tenantId), userSearch(scope, q), isNoMember(users.id)))
      .orderBy(asc(users.userNameKey))
      .limit(limit),
    db
      .select({ id: groups.id, name: groups.displayName })
      .from(groups)
      .where(
        and(
          eq(groups.tenantId, tenantId),
          sql`instr(${groups.displayNameKey}, ${nameKey(q)}) > 0 and ${groups.id} <> ${groupId}`,
          isNoMember(groups.id),
        ),
      )
      .orderBy(asc(groups.displayNameKey))
      .limit(limit),
  ])
  return [
    ...userRows.map((row) => ({ ...row, type: 'User' as const })),
    ...groupRows.map((row) => ({ ...row, type: 'Group' as const })),
  ]
}
