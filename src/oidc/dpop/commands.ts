import { hashToken } from '../../core/crypto.ts'
import { usedProofs } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** Of two requests with one proof, one gets true (RFC 9449 section 11.1). `until` it could be used again. */
export async function useProof({ db, tenantId }: Scope, jkt: string, jti: string, until: Date): Promise<boolean> {
  const added = await db
    .insert(usedProofs)
    .values({ tenantId, proofHash: hashToken(`${jkt} ${jti}`), expiresAt: until })
    .onConflictDoNothing()
    .returning({ proofHash: usedProofs.proofHash })
  return added.length > 0
}
