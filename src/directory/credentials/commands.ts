import { and, eq, sql } from 'drizzle-orm'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { Problem } from '../../core/errors.ts'
import { nameKey, newId } from '../../core/ids.ts'
import { scimTokens, signInFailures } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** Counts one wrong password of a user name; counts made at once all count. */
export async function recordFailure({ db, tenantId, now }: Scope, userName: string): Promise<void> {
  await db
    .insert(signInFailures)
    .values({ tenantId, userNameKey: nameKey(userName), failures: 1, lastFailure: now })
    .onConflictDoUpdate({
      target: [signInFailures.tenantId, signInFailures.userNameKey],
      set: { failures: sql`${signInFailures.failures} + 1`, lastFailure: now },
    })
}

/** A right password ends the count. */
export async function forgetFailures({ db, tenantId }: Scope, userName: string): Promise<void> {
  await db
    .delete(signInFailures)
    .where(and(eq(signInFailures.tenantId, tenantId), eq(signInFailures.userNameKey, nameKey(userName))))
}

/** Makes a bearer token for a SCIM client. The value is in the answer and nowhere else: only its hash is kept. */
export async function createScimToken(
  { db, tenantId, now }: Scope,
  input: { readonly description: string; readonly expiresAt?: Date | undefined },
): Promise<{ id: string; token: string }> {
  const id = newId()
  const token = randomToken()
  await db.insert(scimTokens).values({
    tenantId,
    id,
    description: input.description,
    tokenHash: await hashToken(token),
    expiresAt: input.expiresAt ?? null,
    created: now,
  })
  return { id, token }
}

/** Throws 404 if there is none. */
export async function removeScimToken({ db, tenantId }: Scope, id: string): Promise<void> {
  const removed = await db
    .delete(scimTokens)
    .where(and(eq(scimTokens.tenantId, tenantId), eq(scimTokens.id, id)))
    .returning({ id: scimTokens.id })
  if (removed.length === 0) throw new Problem(404, 'There is no such SCIM token.')
}
