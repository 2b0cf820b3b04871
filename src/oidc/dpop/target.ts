/** Whether a proof is for this address (RFC 9449 section 4.3, 9). Pure. */

/** Both as URLs without query and fragment, in the normal form of RFC 3986 section 6.2.2. */
export function isSameTarget(htu: string, url: string): boolean {
  const [said, meant] = [normalForm(htu), normalForm(url)]
  return said !== undefined && said === meant
}

function normalForm(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, password, host, pathname } = new URL(text)
  if (username !== '' || password !== '') return undefined
  return `${protocol}//${host}${pathname.replace(/%[0-9a-f]{2}/gi, decodedIfUnreserved)}`
}

function decodedIfUnreserved(escaped: string): string {
  const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
  return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase()
}
