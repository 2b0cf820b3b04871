import { TooBusy } from '../../core/errors.ts'
import { fromBase64, hmac, randomToken } from '../../core/crypto.ts'
import { verifyNoPassword, verifyPassword } from '../../core/password.ts'
import type { Scope } from '../../platform.ts'
import { rehashPassword } from '../passwords/commands.ts'
import type { Throttle } from '../throttle/backoff.ts'
import { countGuesses, forgetGuesses, takeBackGuesses } from '../throttle/commands.ts'
import { type Counted, countedAs, countedOf, type Guesser, throttleOfName } from '../throttle/guesser.ts'
import { findBlock } from '../throttle/queries.ts'
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
/** Of one address fewer than are free (throttle/backoff.ts): right ones that come at once are not taken for guesses. */
const FROM_ONE_ADDRESS = 20
/** So many wait for their turn. Nobody's client sends as many that this process has not seen before. */
const MOST_WAITING = 200
const TURN_MS = 10
const underWay = new Map<string, { checking: number; waiting: number }>()

/**
 * Checks a user name and password, with the back-off of lockout.ts, and that of where the guess comes from. Throws TooBusy,
 * and nothing is counted, if more passwords wait than can be looked at.
 */
export async function checkCredentials(
  scope: Scope,
  userName: string,
  password: string,
  guesser: Guesser = {},
): Promise<CredentialCheck> {
  const known = await checkKnown(scope, userName, password, guesser)
  if (known.outcome) return known.outcome
  const { device, address } = known.counted
  const ofName = `name ${scope.tenantId} ${countedAs(userName)} ${device?.key ?? ''}`
  const check = () => checkInTurn(scope, userName, password, guesser)
  return inTurn(ofName, CHECKED_AT_ONCE, () => (address ? inTurn(address.key, FROM_ONE_ADDRESS, check) : check()))
}

async function inTurn<T>(key: string, atOnce: number, work: () => Promise<T>): Promise<T> {
  const turns = underWay.get(key) ?? { checking: 0, waiting: 0 }
  underWay.set(key, turns)
  if (turns.waiting >= MOST_WAITING) throw new TooBusy()
  turns.waiting++
  // By the clock: on Workers one request cannot wake another.
  while (turns.checking >= atOnce) await new Promise((resolve) => setTimeout(resolve, TURN_MS))
  turns.waiting--
  turns.checking++
  try {
    return await work()
  } finally {
    turns.checking--
    if (turns.checking + turns.waiting === 0) underWay.delete(key)
  }
}

/** What is known without hashing: that one has to wait, or that this password of the name was right before. */
async function checkKnown(scope: Scope, userName: string, password: string, guesser: Guesser): Promise<Known> {
  const [user, failed] = await Promise.all([findUserByName(scope, userName), findFailures(scope, userName)])
  const counted = await countedOf(scope, guesser, user?.id ?? '', 'password')
  const found = { user, failed: counted.device ? undefined : failed, counted }
  const until = await waitOf(scope, userName, found)
  // Before what is remembered, too: otherwise one could guess on, and faster than ever, while the name waits.
  if (until && until > scope.now) return { ...found, outcome: { kind: 'wait', until } }
  if (!user?.active || !user.passwordHash || !wasVerified(user.passwordHash, password)) return found
  if (found.failed) await forgetFailures(scope, userName)
  return { ...found, outcome: { kind: 'ok', user } }
}

type Known = {
  readonly user: UserRow | undefined
  readonly failed: SignInFailures
  readonly counted: Counted
  /** Where nothing has to be hashed. */
  readonly outcome?: CredentialCheck
}
type SignInFailures = Awaited<ReturnType<typeof findFailures>>

/** A browser that has signed this person in is held by its own guesses; everybody else by those at the name, and of the address. */
async function waitOf(scope: Scope, userName: string, { failed, counted }: Known): Promise<Date | undefined> {
  const ofName = failed && waitsUntil(failed.failures, failed.lastFailure)
  if (ofName && ofName > scope.now) return ofName
  return findBlock(scope, throttlesOf(userName, counted))
}

/** The address first: who has to wait there does not touch what is counted of the name. */
function throttlesOf(userName: string, { device, address }: Counted): readonly Throttle[] {
  return device ? [device] : [...(address ? [address] : []), throttleOfName(userName)]
}

async function checkInTurn(
  scope: Scope,
  userName: string,
  password: string,
  guesser: Guesser,
): Promise<CredentialCheck> {
  const known = await checkKnown(scope, userName, password, guesser)
  if (known.outcome) return known.outcome
  const { device, address } = known.counted
  const throttles = throttlesOf(userName, known.counted)
  // Counted before it is looked at: of many names at once from one address, too, and of one name from many addresses at
  // many processes, only so many are.
  const until = await countGuesses(scope, throttles)
  if (until) return { kind: 'wait', until }
  const checked = await checkHash(scope, userName, password, known).catch(async (error: unknown) => {
    // It was not looked at.
    if (error instanceof TooBusy) await takeBackGuesses(scope, throttles)
    throw error
  })
  if (checked.kind === 'ok' && device) await forgetGuesses(scope, device)
  if (checked.kind === 'ok' && address) await takeBackGuesses(scope, [address])
  return checked
}

async function checkHash(scope: Scope, userName: string, password: string, known: Known): Promise<CredentialCheck> {
  const { user, counted } = known
  const recordWrong = () => (counted.device ? Promise.resolve() : recordFailure(scope, userName))
  const matches = user?.passwordHash
    ? await verifyPassword(password, user.passwordHash, scope.platform.scrypt)
    : await verifyNoPassword(password, scope.platform.scrypt)
  if (!user || !matches) {
    await recordWrong()
    return { kind: 'refused', why: user ? 'wrong' : 'unknown' }
  }
  if (!user.active || !user.passwordHash) {
    // Counted like a wrong one: otherwise the wait that does not come would tell that it is right.
    await recordWrong()
    return { kind: 'refused', why: 'inactive' }
  }
  if (!counted.device) await forgetFailures(scope, userName)
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
