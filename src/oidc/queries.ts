import { and, eq, isNull } from 'drizzle-orm'
import { authorizationCodes, signingKeys } from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import type { SigningKeyRow } from './commands.ts'

/** The tenant's signing keys: the active one first, then those whose tokens may still be alive. */
export async function listSigningKeys({ db, tenantId }: Scope): Promise<SigningKeyRow[]> {
  return db.select().from(signingKeys).where(eq(signingKeys.tenantId, tenantId)).orderBy(signingKeys.state)
}

/** What an access token stands on: the code that gave it, unless that was revoked. */
export async function findGrant({ db, tenantId }: Scope, tokenId: string) {
  const [row] = await db
    .select({ userId: authorizationCodes.userId, applicationId: authorizationCodes.applicationId })
    .from(authorizationCodes)
    .where(
      and(
        eq(authorizationCodes.tenantId, tenantId),
        eq(authorizationCodes.tokenId, tokenId),
        isNull(authorizationCodes.revokedAt),
      ),
    )
    .limit(1)
  return row
}
