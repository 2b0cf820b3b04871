import { eq } from 'drizzle-orm'
import { signingKeys } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

export type SigningKeyRow = typeof signingKeys.$inferSelect
/** What keys are made and kept with: housekeeping has no more of a tenant. */
export type KeyScope = Pick<Scope, 'platform' | 'db' | 'tenantId' | 'now'>

/** The tenant's signing keys: active ones first, then the next, then those whose tokens may still be alive. */
export async function listSigningKeys({ db, tenantId }: KeyScope): Promise<SigningKeyRow[]> {
  const rows = await db.select().from(signingKeys).where(eq(signingKeys.tenantId, tenantId))
  const states = ['active', 'next', 'retired']
  return rows.toSorted(
    (a, b) =>
      states.indexOf(a.state) - states.indexOf(b.state) ||
      ALGORITHM_ORDER.indexOf(a.alg) - ALGORITHM_ORDER.indexOf(b.alg) ||
      b.created.getTime() - a.created.getTime(),
  )
}

/** RS256 is what every client knows (OpenID Connect Core section 15.1). */
export const ALGORITHM_ORDER = ['RS256', 'ES256', 'EdDSA'] as const
