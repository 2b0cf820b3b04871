/** What the standard claims become where a connection has no mapping of its own, as rules. */
import type { ClaimRule } from '../../../db/schema.ts'
import { CLAIM_MAPPING } from '../../../federation/claims.ts'

export const STANDARD_RULES: readonly ClaimRule[] = CLAIM_MAPPING.map(({ claim, attribute }) => ({
  source: claim,
  target: attribute,
}))
