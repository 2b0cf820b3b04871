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
