import { memoryOf, remember } from '../../core/memory.ts'
import type { SignUpPolicy } from '../../db/schema.ts'
import type { Platform, Scope } from '../../platform.ts'
import { findSignUpPolicy } from './queries.ts'

const KNOWN_MS = 60_000

type Known = { readonly policy: SignUpPolicy; readonly since: number }
const known = new WeakMap<Platform, Map<string, Known>>()

/**
 * findSignUpPolicy as it was a minute ago at the most, for what tells of sign-up and lets nobody in: the sign-in page and
 * discovery, which everybody asks for, cost no query.
 */
export async function knownSignUpPolicy(scope: Scope): Promise<SignUpPolicy> {
  const policies = memoryOf(known, scope.platform)
  const now = scope.now.getTime()
  const before = policies.get(scope.tenantId)
  if (before && Math.abs(now - before.since) < KNOWN_MS) return before.policy
  const policy = await findSignUpPolicy(scope)
  policies.delete(scope.tenantId)
  remember(policies, scope.tenantId, { policy, since: now })
  return policy
}

/** Whoever changes it sees it at once, in this process. */
export function forgetSignUpPolicy({ platform, tenantId }: Scope): void {
  memoryOf(known, platform).delete(tenantId)
}
