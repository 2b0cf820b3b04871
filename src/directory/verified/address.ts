/** E-mail addresses, as far as their being the same matters. Pure. */

/**
 * Only ASCII's capitals count as their small letters: to a mail server `straße@` and `strasse@` are two people, though
 * user names that differ so are one.
 */
export function foldAddress(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

export function isSameAddress(one: string, other: string): boolean {
  return foldAddress(one) === foldAddress(other)
}

/** What stands behind the @; undefined if nothing does. */
export function domainOfAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  return at < 1 || at === address.length - 1 ? undefined : foldAddress(address.slice(at + 1))
}
