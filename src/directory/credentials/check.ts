import { TooBusy } from '../../core/errors.ts'
import { fromBase64, hmac, randomToken } from '../../core/crypto.ts'
import { nameKey } from '../../core/ids.ts'
import { verifyNoPassword, verifyPassword } from '../../core/password.ts'
import type { Scope } from '../../platform.ts'
import { rehashPassword } from '../passwords/commands.ts'
import { findUserByName, type UserRow } from '../users/queries.ts'
import { forgetFailures, recordFailure } from './commands.ts'
import { waitsUntil } from './lockout.ts'
import { findFailures } from './queries.ts'

export type CredentialCheck =
  | { readonly kind: 'ok'; readonly user: UserRow }
  /** Unknown user, no password, wrong password or deactivated: outside they look alike. */
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'wrong' | 'inactive' }
  | { readonly kind: 'wait'; readonly until: Date }

/** So many passwords of one name are looked at at once; the next then knows how those came out. */
const CHECKED_AT_ONCE = 4
/** So many wait for their turn. Nobody's client sends as many that this process has not seen before. */
const MOST_WAITING = 200
const TURN_MS = 10
const underWay = new Map<string, { checking: number; waiting: number }>()

/** Checks a user name and password, with the back-off of lockout.ts. */
export async function checkCredentials(scope: Scope, userName: string, password: string): Promise<CredentialCheck> {
  const known = await checkKnown(scope, userName, password)
  if (known.outcome) return known.outcome
  const key = `${scope.tenantId} ${nameKey(userName)}`
  const turns = underWay.get(key) ?? { checking: 0, waiting: 0 }
  underWay.set(key, turns)
  if (turns.waiting >= MOST_WAITING) return { kind: 'wait', until: new Date(scope.now.getTime() + 1000) }
  turns.waiting++
  // By the clock: on Workers one request cannot wake another.
  while (turns.checking >= CHECKED_AT_ONCE) await new Promise((resolve) => setTimeout(resolve, TURN_MS))
  turns.waiting--
  turns.checking++
  try {
    return await checkInTurn(scope, userName, password)
  } catch (error) {
    if (!(error instanceof TooBusy)) throw error
    return { kind: 'wait', until: new Date(scope.now.getTime() + error.retryAfter * 1000) }
  } finally {
    turns.checking--
    if (turns.checking + turns.waiting === 0) underWay.delete(key)
  }
}

/** What is known without hashing: that the name has to wait, or that this password of it was right before. */
async function checkKnown(scope: Scope, userName: string, password: string) {
  const [user, failed] = await Promise.all([findUserByName(scope, userName), findFailures(scope, userName)])
  const until = failed && waitsUntil(failed.failures, failed.lastFailure)
  // Before what is remembered, too: otherwise one could guess on, and faster than ever, while the name waits.
  if (until && until > scope.now) return { user, failed, outcome: { kind: 'wait', until } as const }
  if (!user?.active || !user.passwordHash || !wasVerified(user.passwordHash, password)) return { user, failed }
  if (failed) await forgetFailures(scope, userName)
  return { user, failed, outcome: { kind: 'ok', user } as const }
}

async function checkInTurn(scope: Scope, userName: string, password: string): Promise<CredentialCheck> {
  const { user, failed, outcome } = await checkKnown(scope, userName, password)
  if (outcome) return outcome
  const matches = user?.passwordHash
    ? await verifyPassword(password, user.passwordHash, scope.platform.scrypt)
    : await verifyNoPassword(password, scope.platform.scrypt)
  if (!user || !matches) {
    await recordFailure(scope, userName)
    return { kind: 'refused', why: user ? 'wrong' : 'unknown' }
  }
  if (!user.active || !user.passwordHash) {
    // Counted like a wrong one: otherwise the wait that does not come would tell that it is right.
    await recordFailure(scope, userName)
    return { kind: 'refused', why: 'inactive' }
  }
  if (failed) await forgetFailures(scope, userName)
  const passwordHash = await rehashPassword(scope, user.id, password, user.passwordHash)
  if (passwordHash === undefined) return { kind: 'refused', why: 'wrong' }
  rememberVerified(passwordHash, password)
  return { kind: 'ok', user: { ...user, passwordHash } }
}

/**
 * scrypt takes 0.2 s, and a SCIM client with Basic sends its password with each request. What matched once is
 * remembered in this process, as an HMAC of hash and password under a key that never leaves it: a changed password has
 * another hash, so nothing outlives it.
 */
const REMEMBERED_CHECKS = 1000
const verified = new Set<string>()
let processKey: Uint8Array<ArrayBuffer> | undefined

function wasVerified(hash: string, password: string): boolean {
  return verified.size > 0 && verified.has(fingerprint(hash, password))
}

function rememberVerified(hash: string, password: string): void {
  const [oldest] = verified
  if (verified.size >= REMEMBERED_CHECKS && oldest !== undefined) verified.delete(oldest)
  verified.add(fingerprint(hash, password))
}

function fingerprint(hash: string, password: string): string {
  // Not at module level: workerd has no randomness before the first request.
  processKey ??= fromBase64(randomToken())
  return hmac(processKey, `${hash}\n${password}`)
}
