import { and, eq, gt } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { partialSignIns, users } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** A sign-in whose first step was done in this very browser; undefined for any other, and once it is over. */
export async function findPartial({ db, tenantId, now }: Scope, id: string, browserHash: string) {
  const [found] = await db
    .select({ partial: partialSignIns, userName: users.userName })
    .from(partialSignIns)
    .innerJoin(users, and(eq(users.tenantId, tenantId), eq(users.id, partialSignIns.userId), eq(users.active, true)))
    .where(
      and(
        eq(partialSignIns.tenantId, tenantId),
        eq(partialSignIns.idHash, hashToken(id)),
        eq(partialSignIns.browserHash, browserHash),
        gt(partialSignIns.expiresAt, now),
      ),
    )
    .limit(1)
  return found && { ...found.partial, userName: found.userName }
}
export type PartialSignIn = NonNullable<Awaited<ReturnType<typeof findPartial>>>
