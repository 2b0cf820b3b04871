import { and, eq, isNull } from 'drizzle-orm'
import { authorizationCodes } from '../db/schema.ts'
import type { Scope } from '../platform.ts'

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
