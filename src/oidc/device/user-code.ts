/** The code that a person reads off a device and types (RFC 8628 section 6.1). Pure. */

/** Letters alone, in which no word is spelled and no two look alike; 20 to the 8th of them. */
export const USER_CODE_LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
export const USER_CODE_LENGTH = 8

/** As it is shown: `WDJB-MJHT`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** What was typed, whatever its case and whatever stands between its letters; undefined if it is no such code. */
export function readUserCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
  return new RegExp(`^[${USER_CODE_LETTERS}]{${USER_CODE_LENGTH}}$`).test(letters) ? letters : undefined
}
