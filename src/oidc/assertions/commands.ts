import { hashToken } from '../../core/crypto.ts'
import { usedAssertions } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** Of two requests with one assertion, one gets true (RFC 7523 section 3). `until` it could be used again. */
export async function useAssertion(
  { db, tenantId }: Scope,
  applicationId: string,
  jti: string,
  until: Date,
): Promise<boolean> {
  const added = await db
    .insert(usedAssertions)
    .values({ tenantId, applicationId, jtiHash: hashToken(jti), expiresAt: until })
    .onConflictDoNothing()
    .returning({ jtiHash: usedAssertions.jtiHash })
  return added.length > 0
}
