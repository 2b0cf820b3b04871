import { and, asc, eq, gt, or } from 'drizzle-orm'
import { deletedUsers } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

export type DeletedUser = typeof deletedUsers.$inferSelect

/** Tombstones in the order of user names, behind a place in it. */
export async function listDeletedUsersAfter(
  { db, tenantId }: Scope,
  after: { readonly key: string; readonly id: string },
  limit: number,
): Promise<DeletedUser[]> {
  const { userNameKey, id } = deletedUsers
  const isBehind = or(gt(userNameKey, after.key), and(eq(userNameKey, after.key), gt(id, after.id)))
  return db
    .select()
    .from(deletedUsers)
    .where(and(eq(deletedUsers.tenantId, tenantId), isBehind))
    .orderBy(asc(userNameKey), asc(id))
    .limit(limit)
}
