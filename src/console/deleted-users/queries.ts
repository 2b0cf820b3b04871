import { and, asc, count, desc, eq, sql } from 'drizzle-orm'
import { Problem } from '../../core/errors.ts'
import { nameKey } from '../../core/ids.ts'
import { deletedUsers } from '../../db/schema.ts'
import type { DeletedUser } from '../../directory/deleted/queries.ts'
import type { Scope } from '../../platform.ts'

export type DeletedUserPage = {
  /** A part of the user name. */
  readonly search: string
  readonly descending: boolean
  readonly offset: number
  readonly limit: number
}

/** One page of tombstones by user name, and how many there are in all. */
export async function listDeletedUsers(
  { db, tenantId }: Scope,
  page: DeletedUserPage,
): Promise<{ total: number; rows: DeletedUser[] }> {
  const { userNameKey, id } = deletedUsers
  const search = page.search === '' ? undefined : sql`instr(${userNameKey}, ${nameKey(page.search)}) > 0`
  const where = and(eq(deletedUsers.tenantId, tenantId), search)
  const order = page.descending ? [desc(userNameKey), desc(id)] : [asc(userNameKey), asc(id)]
  const [[counted], rows] = await db.batch([
    db.select({ total: count() }).from(deletedUsers).where(where),
    db
      .select()
      .from(deletedUsers)
      .where(where)
      .orderBy(...order)
      .limit(page.limit)
      .offset(page.offset),
  ])
  return { total: counted?.total ?? 0, rows }
}

/** Throws Problem 404. */
export async function getDeletedUser({ db, tenantId }: Scope, id: string): Promise<DeletedUser> {
  const [row] = await db
    .select()
    .from(deletedUsers)
    .where(and(eq(deletedUsers.tenantId, tenantId), eq(deletedUsers.id, id)))
    .limit(1)
  if (!row) throw new Problem(404, 'There is no such deleted user.')
  return row
}
