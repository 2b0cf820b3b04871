import { fromBase64 } from './crypto.ts'

export type Credentials = { readonly userName: string; readonly password: string }

/** User name and password of a Basic header in UTF-8 (RFC 7617), or undefined if it is no such header. */
export function parseBasic(header: string | undefined): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fromBase64(encoded))
    const colon = text.indexOf(':')
    return colon < 0 ? undefined : { userName: text.slice(0, colon), password: text.slice(colon + 1) }
  } catch {
    return undefined
  }
}

/** The token of a Bearer header (RFC 6750 section 2.1), or undefined. */
export function parseBearer(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header ?? '')?.[1]
}

/** An access token, and how it was sent: a bound one comes as DPoP, with a proof beside it (RFC 9449 section 7.1). */
export type SentToken = { readonly scheme: 'Bearer' | 'DPoP'; readonly token: string }

/** The access token of an Authorization header, or undefined. */
export function parseSentToken(header: string | undefined): SentToken | undefined {
  const bearer = parseBearer(header)
  if (bearer !== undefined) return { scheme: 'Bearer', token: bearer }
  const token = /^DPoP +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header ?? '')?.[1]
  return token === undefined ? undefined : { scheme: 'DPoP', token }
}

/** The value of a Basic header, in UTF-8 (RFC 7617 section 2.1). */
export function basicHeader(userName: string, password: string): string {
  const bytes = new TextEncoder().encode(`${userName}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}

/** A client's Basic: both halves are form-encoded first (RFC 6749 section 2.3.1). */
export function clientBasicHeader(clientId: string, clientSecret: string): string {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return basicHeader(encoded(clientId), encoded(clientSecret))
}
