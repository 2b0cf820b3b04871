/** Nonces of DPoP proofs (RFC 9449 sections 8 and 9). None is stored: each is the seal of a stretch of time. */
import { equalInConstantTime } from '../../core/crypto.ts'
import type { Scope } from '../../platform.ts'

/** A nonce is good in the stretch in which it was given and in the next one: five to ten minutes. */
const STRETCH_MS = 5 * 60_000

/** The nonce that this tenant gives out now. */
export function presentNonce(scope: Scope): Promise<string> {
  return nonceOf(scope, 0)
}

export async function isGoodNonce(scope: Scope, nonce: string): Promise<boolean> {
  const good = await Promise.all([nonceOf(scope, 0), nonceOf(scope, 1)])
  return good.some((one) => equalInConstantTime(one, nonce))
}

function nonceOf({ platform, tenantId, now }: Scope, stretchesAgo: number): Promise<string> {
  return platform.sealer.sign('dpop nonce', `${tenantId} ${Math.floor(now.getTime() / STRETCH_MS) - stretchesAgo}`)
}
