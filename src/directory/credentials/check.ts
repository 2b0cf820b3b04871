import { fromBase64, hmac, randomToken } from '../../core/crypto.ts'
import { verifyNoPassword, verifyPassword } from '../../core/password.ts'
import type { Scope } from '../../platform.ts'
import { findUserByName, type UserRow } from '../users/queries.ts'
import { countAttempt, forgetFailures } from './commands.ts'
import { waitsUntil } from './lockout.ts'
import { findFailures } from './queries.ts'

export type CredentialCheck =
  | { readonly kind: 'ok'; readonly user: UserRow }
  /** Unknown user, no password, wrong password or deactivated: outside they look alike. */
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'wrong' | 'inactive' }
  | { readonly kind: 'wait'; readonly until: Date }

/** Checks a user name and password, with the back-off of lockout.ts. */
export async function checkCredentials(scope: Scope, userName: string, password: string): Promise<CredentialCheck> {
  const [user, failed] = await Promise.all([findUserByName(scope, userName), findFailures(scope, userName)])
  const until = failed && waitsUntil(failed.failures, failed.lastFailure)
  // Before what is remembered, too: otherwise one could guess on, and faster than ever, while the name waits.
  if (until && until > scope.now) return { kind: 'wait', until }
  if (user?.active && user.passwordHash && (await wasVerified(user.passwordHash, password))) {
    if (failed) await forgetFailures(scope, userName)
    return { kind: 'ok', user }
  }
  if (!(await countAttempt(scope, userName, failed)))
    return { kind: 'wait', until: new Date(scope.now.getTime() + 1000) }
  const matches = user?.passwordHash
    ? await verifyPassword(password, user.passwordHash)
    : await verifyNoPassword(password)
  if (!user || !matches) return { kind: 'refused', why: user ? 'wrong' : 'unknown' }
  if (!user.active) return { kind: 'refused', why: 'inactive' }
  await forgetFailures(scope, userName)
  if (user.passwordHash) await rememberVerified(user.passwordHash, password)
  return { kind: 'ok', user }
}

/**
 * scrypt takes 0.2 s, and a SCIM client with Basic sends its password with each request. What matched once is
 * remembered in this process, as an HMAC of hash and password under a key that never leaves it: a changed password has
 * another hash, so nothing outlives it.
 */
const REMEMBERED_CHECKS = 1000
const verified = new Set<string>()
let processKey: Uint8Array<ArrayBuffer> | undefined

async function wasVerified(hash: string, password: string): Promise<boolean> {
  return verified.size > 0 && verified.has(await fingerprint(hash, password))
}

async function rememberVerified(hash: string, password: string): Promise<void> {
  const [oldest] = verified
  if (verified.size >= REMEMBERED_CHECKS && oldest !== undefined) verified.delete(oldest)
  verified.add(await fingerprint(hash, password))
}

function fingerprint(hash: string, password: string): Promise<string> {
  // Not at module level: workerd has no randomness before the first request.
  processKey ??= fromBase64(randomToken())
  return hmac(processKey, `${hash}\n${password}`)
}
