/** Whose guesses are counted together. */
import { hashToken } from '../../core/crypto.ts'
import { nameKey } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import type { Throttle } from './backoff.ts'

/** From where somebody tries to sign in, as far as it is known. */
export type Guesser = {
  /** The network of her address (core/ip-address.ts). */
  readonly network?: string | undefined
  /** A name for the browser, if it has signed this user in before. */
  readonly deviceOf?: (userId: string) => Promise<string | undefined>
}

export type Counted = {
  /** The browser, where it is one that has signed her in: it is counted by itself, and nobody else's guesses are. */
  readonly device: Throttle | undefined
  /** The address, elsewhere. */
  readonly address: Throttle | undefined
}

/** Longer than any name that somebody types. */
const LONGEST_KEY = 200

/** Under what guesses at a user name are counted. Anybody may send any name, and each is kept for a day. */
export function countedAs(userName: string): string {
  const key = nameKey(userName)
  return key.length > LONGEST_KEY ? hashToken(key) : key
}

/** What a guess at a password of a user name counts towards, besides, from wherever it comes. */
export function throttleOfName(userName: string): Throttle {
  return { kind: 'name', key: countedAs(userName) }
}

/** What a guess at something of a user counts towards. `what` keeps a browser's guesses at two things apart. */
export async function countedOf(scope: Scope, who: Guesser, userId: string, what: string): Promise<Counted> {
  const device = await who.deviceOf?.(userId)
  if (device !== undefined) return { device: { kind: 'device', key: `${what} ${device}` }, address: undefined }
  if (who.network === undefined) return { device: undefined, address: undefined }
  const key = await scope.platform.sealer.sign('address', `${scope.tenantId} ${who.network}`)
  return { device: undefined, address: { kind: 'address', key } }
}
