/** What a new person is called here. Pure. */
import type { JitSettings } from '../db/schema.ts'
import type { Claims } from './claims/said.ts'
import { readableUserName, slug } from './claims/user-name.ts'

/** The name that she would have if nobody else had it: the chosen claim if it will do as one, or what can be read best. */
export function wantedUserName(
  claims: Claims,
  connection: { readonly name: string; readonly jit: Pick<JitSettings, 'userNameClaim'> },
): string {
  return readableUserName(claims, connection.name, connection.jit.userNameClaim)
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
