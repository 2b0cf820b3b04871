/** Access tokens whose signature this process has verified: to verify one takes longer than all else that userinfo does. */
import { memoryOf, remember } from '../core/memory.ts'
import type { Platform, Scope } from '../platform.ts'
import { knownKeys, rememberedKeys } from './keys/ring.ts'
import type { SigningKeyRow } from './keys/queries.ts'
import type { AccessToken } from './access-tokens.ts'

const MOST_TOKENS = 5000
/** Ten times as long as most are: so many of the longest would take the memory of all tenants. */
const LONGEST_TOKEN = 8000

type Verified = { readonly kid: string; readonly token: AccessToken }
const verified = new WeakMap<Platform, Map<string, Verified>>()

/** Undefined for one that has to be verified: not seen before, expired, or of a key that is no more. */
export async function findVerified(scope: Scope, token: string): Promise<AccessToken | undefined> {
  const found = find(scope, token)
  return found && tokenOf(found, await knownKeys(scope))
}

/** The same at once; undefined also where the keys have to be read again to say it. */
export function findRemembered(scope: Scope, token: string): AccessToken | undefined {
  const found = find(scope, token)
  return found && tokenOf(found, rememberedKeys(scope) ?? [])
}

function tokenOf({ kid, token }: Verified, keys: readonly SigningKeyRow[]): AccessToken | undefined {
  return keys.some(({ id }) => id === kid) ? token : undefined
}

function find(scope: Scope, token: string): Verified | undefined {
  const found = memoryOf(verified, scope.platform).get(keyOf(scope, token))
  return found && found.token.expiresAt > Math.floor(scope.now.getTime() / 1000) ? found : undefined
}

/** The oldest goes when there are too many. */
export function rememberVerified(scope: Scope, token: string, kid: string, read: AccessToken): void {
  if (token.length > LONGEST_TOKEN) return
  remember(memoryOf(verified, scope.platform), keyOf(scope, token), { kid, token: read }, MOST_TOKENS)
}

function keyOf({ tenantId }: Scope, token: string): string {
  return `${tenantId} ${token}`
}
