/** What a new person is called here. Pure. */
import type { JitSettings } from '../../db/schema.ts'
import { isSameAddress } from '../../directory/verified/address.ts'
import { readableUserName, slug } from '../claims/user-name.ts'
import type { Claims } from '../claims/said.ts'
import { verifiedEmail } from './linking.ts'

/**
 * The name that she would have if nobody else had it. Who gets a password signs in by her name, here: an address counts
 * for one only if the provider has verified it, for otherwise somebody else may be asked for at the sign-in page by it.
 */
export function wantedUserName(
  claims: Claims,
  { name, jit }: { readonly name: string; readonly jit: Pick<JitSettings, 'userNameClaim' | 'scheme'> },
): string {
  const readable = readableUserName(claims, name, jit.userNameClaim)
  const hasPassword = jit.scheme === 'password' || jit.scheme === 'username'
  const verified = verifiedEmail(claims)
  const isHers = verified !== undefined && isSameAddress(verified, readable)
  return hasPassword && !isHers ? readable.replace(/@.*$/s, '') : readable
}

/** Which of the names that she might get somebody has. */
export type TakenNames = {
  readonly wanted: boolean
  readonly second: boolean
  /** The highest number behind the second name; 0 if there is none. */
  readonly highest: number
  /** The one that she has chosen, or somebody who was deleted had it. */
  readonly chosen: boolean
}

/** kim, or if somebody has that kim.idp-is2, or kim.idp-is2-2 and so on. */
export function freeUserName(wanted: string, connectionName: string, taken: TakenNames): string {
  if (!taken.wanted) return wanted
  const second = secondUserName(wanted, connectionName)
  return taken.second ? `${second}-${Math.max(taken.highest, 1) + 1}` : second
}

/** What every user name begins with that is given because the wanted one is taken. */
export function secondUserName(wanted: string, connectionName: string): string {
  return `${wanted.replace(/@.*$/s, '')}.${slug(connectionName, '-') || 'connection'}`
}

/** Scripts that have letters which are drawn alike. */
const LOOK_ALIKES = [
  /\p{Script=Latin}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
]

/** Whether a name is written to be taken for another one: in letters of two scripts, or in another form of the same ones. */
export function isDisguised(name: string): boolean {
  const scripts = LOOK_ALIKES.filter((script) => script.test(name))
  return scripts.length > 1 || name.normalize('NFKC') !== name.normalize('NFC')
}
