/** Where an application may be answered. Pure. */
import type { ApplicationRow } from '../applications/queries.ts'

/** A loopback address by its number. `localhost` may be resolved elsewhere (RFC 8252 section 8.3) and is not among them. */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::(\d{1,5}))?((?:[/?].*)?)$/

/**
 * Compared as text, character by character (RFC 9700 section 4.1.3). At a registered loopback address alone the port
 * may be another one: a native application listens where there is room (RFC 8252 section 7.3).
 */
export function isRegisteredRedirectUri({ redirectUris }: Pick<ApplicationRow, 'redirectUris'>, uri: string): boolean {
  if (redirectUris.includes(uri)) return true
  const portless = withoutPort(uri)
  return portless !== undefined && redirectUris.some((registered) => withoutPort(registered) === portless)
}

function withoutPort(uri: string): string | undefined {
  const [, host, port, rest] = LOOPBACK.exec(uri) ?? []
  if (host === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) return undefined
  return `${host}${rest}`
}
