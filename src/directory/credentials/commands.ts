import { and, eq, sql } from 'drizzle-orm'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { Problem } from '../../core/errors.ts'
import { newResourceId } from '../../core/ids.ts'
import { runBatch } from '../../db/open.ts'
import { scimTokens, signInFailures, throttles } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { countedAs, throttleOfName } from '../throttle/guesser.ts'

/** Counts one wrong password of a user name; counts made at once all count. */
export async function recordFailure({ db, tenantId, now }: Scope, userName: string): Promise<void> {
  await db
    .insert(signInFailures)
    .values({ tenantId, userNameKey: countedAs(userName), failures: 1, lastFailure: now })
    .onConflictDoUpdate({
      target: [signInFailures.tenantId, signInFailures.userNameKey],
      set: { failures: sql`${signInFailures.failures} + 1`, lastFailure: now },
    })
}

/** A right password ends the count, and that of the guesses that are under way. */
export async function forgetFailures({ db, tenantId }: Scope, userName: string): Promise<void> {
  const { kind, key } = throttleOfName(userName)
  await runBatch(db, [
    db
      .delete(signInFailures)
      .where(and(eq(signInFailures.tenantId, tenantId), eq(signInFailures.userNameKey, countedAs(userName)))),
    db.delete(throttles).where(and(eq(throttles.tenantId, tenantId), eq(throttles.kind, kind), eq(throttles.key, key))),
  ])
}

export type NewScimToken = {
  readonly description: string
  readonly expiresAt?: Date | undefined
  /** What it may do: `write`, unless told otherwise. */
  readonly access?: 'read' | 'write' | undefined
  /** Whether what real clients send is understood (scim/lenient.ts): it is, unless told otherwise. */
  readonly conformance?: 'lenient' | 'strict' | undefined
}

/** Makes a bearer token for a SCIM client. The value is in the answer and nowhere else: only its hash is kept. */
export async function createScimToken(
  { db, tenantId, now }: Scope,
  input: NewScimToken,
): Promise<{ id: string; token: string }> {
  const id = newResourceId(now)
  const token = randomToken()
  await db.insert(scimTokens).values({
    tenantId,
    id,
    description: input.description,
    tokenHash: hashToken(token),
    access: input.access ?? 'write',
    conformance: input.conformance ?? 'lenient',
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

/** How exactly the last use of a token is known, in milliseconds. */
const USE_MS = 60_000

/** Remembers that a token is in use, once a minute. */
export async function recordTokenUse(
  { db, tenantId, now }: Scope,
  token: { readonly id: string; readonly lastUsed: number | null },
): Promise<void> {
  if (token.lastUsed !== null && now.getTime() - token.lastUsed < USE_MS) return
  await db
    .update(scimTokens)
    .set({ lastUsed: now })
    .where(and(eq(scimTokens.tenantId, tenantId), eq(scimTokens.id, token.id)))
}
