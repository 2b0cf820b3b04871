import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { nameKey } from '../../core/ids.ts'
import { scimTokens, signInFailures } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

export async function findFailures({ db, tenantId }: Scope, userName: string) {
  const [row] = await db
    .select()
    .from(signInFailures)
    .where(and(eq(signInFailures.tenantId, tenantId), eq(signInFailures.userNameKey, nameKey(userName))))
    .limit(1)
  return row
}

/** The living SCIM token that this bearer value is. */
export async function findScimToken({ db, tenantId, now }: Scope, token: string) {
  const [row] = await db
    .select({ id: scimTokens.id, description: scimTokens.description })
    .from(scimTokens)
    .where(
      and(
        eq(scimTokens.tenantId, tenantId),
        eq(scimTokens.tokenHash, await hashToken(token)),
        or(isNull(scimTokens.expiresAt), gt(scimTokens.expiresAt, now)),
      ),
    )
    .limit(1)
  return row
}

/** SCIM tokens without their values, the newest first. */
export async function listScimTokens({ db, tenantId }: Scope) {
  return db
    .select({
      id: scimTokens.id,
      description: scimTokens.description,
      expiresAt: scimTokens.expiresAt,
      created: scimTokens.created,
    })
    .from(scimTokens)
    .where(eq(scimTokens.tenantId, tenantId))
}
