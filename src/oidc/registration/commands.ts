import { and, eq } from 'drizzle-orm'
import { hashToken, randomToken } from '../../core/crypto.ts'
import { Problem } from '../../core/errors.ts'
import { newResourceId } from '../../core/ids.ts'
import { initialAccessTokens, registrationSettings } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import type { RegistrationSettings } from './queries.ts'

/** Clients that are registered already stay as they are. */
export async function setRegistrationSettings(
  { db, tenantId }: Scope,
  { policy, requirePkce }: RegistrationSettings,
): Promise<void> {
  await db
    .insert(registrationSettings)
    .values({ tenantId, policy, requirePkce })
    .onConflictDoUpdate({ target: registrationSettings.tenantId, set: { policy, requirePkce } })
}

/** Makes a token with which clients may be registered. It is in the answer and nowhere else: only its hash is kept. */
export async function createInitialAccessToken(
  { db, tenantId, now }: Scope,
  input: { readonly description: string; readonly expiresAt?: Date | undefined },
): Promise<{ id: string; token: string }> {
  const [id, token] = [newResourceId(now), randomToken()]
  const { description, expiresAt = null } = input
  const row = { tenantId, id, description, tokenHash: hashToken(token), expiresAt, created: now }
  await db.insert(initialAccessTokens).values(row)
  return { id, token }
}

/** Clients that were registered with it stay. Problem 404. */
export async function removeInitialAccessToken({ db, tenantId }: Scope, id: string): Promise<void> {
  const removed = await db
    .delete(initialAccessTokens)
    .where(and(eq(initialAccessTokens.tenantId, tenantId), eq(initialAccessTokens.id, id)))
    .returning({ id: initialAccessTokens.id })
  if (removed.length === 0) throw new Problem(404, 'There is no such token.')
}
