import { and, asc, eq, gt } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { initialAccessTokens, registrationSettings, type RegistrationPolicy } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

export type RegistrationSettings = { readonly policy: RegistrationPolicy; readonly requirePkce: boolean }

/** Whether clients may register themselves, and as what: not, unless the tenant says so. */
export async function findRegistrationSettings({ db, tenantId }: Scope): Promise<RegistrationSettings> {
  const [row] = await db
    .select({ policy: registrationSettings.policy, requirePkce: registrationSettings.requirePkce })
    .from(registrationSettings)
    .where(eq(registrationSettings.tenantId, tenantId))
    .limit(1)
  return row ?? { policy: 'off', requirePkce: true }
}

/** Whether this is an initial access token of the tenant that has not expired. */
export async function isInitialAccessToken({ db, tenantId, now }: Scope, token: string): Promise<boolean> {
  const [row] = await db
    .select({ expiresAt: initialAccessTokens.expiresAt })
    .from(initialAccessTokens)
    .where(and(eq(initialAccessTokens.tenantId, tenantId), eq(initialAccessTokens.tokenHash, hashToken(token))))
    .limit(1)
  return row !== undefined && (row.expiresAt === null || row.expiresAt > now)
}

/** In the order in which they were made; `after` is an id. */
export async function listInitialAccessTokens({ db, tenantId }: Scope, after: string, limit: number) {
  const { id, description, expiresAt, created } = initialAccessTokens
  return db
    .select({ id, description, expiresAt, created })
    .from(initialAccessTokens)
    .where(and(eq(initialAccessTokens.tenantId, tenantId), gt(id, after)))
    .orderBy(asc(id))
    .limit(limit)
}
