/** Access tokens whose signature this process has verified: to verify one takes longer than all else that userinfo does. */
import { memoryOf } from '../core/memory.ts'
import type { Platform, Scope } from '../platform.ts'
import { knownKeys } from './keys/ring.ts'
import type { AccessToken } from './access-tokens.ts'

const MOST_TOKENS = 5000

type Verified = { readonly kid: string; readonly token: AccessToken }
const verified = new WeakMap<Platform, Map<string, Verified>>()

/** Undefined for one that has to be verified: not seen before, expired, or of a key that is no more. */
export async function findVerified(scope: Scope, token: string): Promise<AccessToken | undefined> {
  const found = find(scope, token)
  if (!found) return undefined
  const isKept = (await knownKeys(scope)).some(({ id }) => id === found.kid)
  return isKept ? found.token : undefined
}

/** The same where nothing has changed since it was verified, no key either. */
export function findRemembered(scope: Scope, token: string): AccessToken | undefined {
  return find(scope, token)?.token
}

function find(scope: Scope, token: string): Verified | undefined {
  const found = memoryOf(verified, scope.platform).get(keyOf(scope, token))
  return found && found.token.expiresAt > Math.floor(scope.now.getTime() / 1000) ? found : undefined
}

/** The oldest goes when there are too many. */
export function rememberVerified(scope: Scope, token: string, kid: string, read: AccessToken): void {
  const memory = memoryOf(verified, scope.platform)
  const [oldest] = memory.keys()
  if (memory.size >= MOST_TOKENS && oldest !== undefined) memory.delete(oldest)
  memory.set(keyOf(scope, token), { kid, token: read })
}

function keyOf({ tenantId }: Scope, token: string): string {
  return `${tenantId} ${token}`
}
