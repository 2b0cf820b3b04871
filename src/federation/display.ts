/** What somebody is called at a provider, for people to know her by. Pure. */
import { claimText } from './claim-text.ts'
import type { Claims } from './claims/said.ts'

const LONGEST = 200
const UNSHOWABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

export function displayOf(claims: Claims): string | null {
  const [first] = ['email', 'preferred_username', 'name', 'login'].flatMap((claim) => claimText(claims, claim) ?? [])
  return first?.replace(UNSHOWABLE, '').slice(0, LONGEST) || null
}
