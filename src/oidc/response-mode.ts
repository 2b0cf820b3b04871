/** How an answer to an application travels. Pure. */
import type { ResponseMode } from '../db/schema.ts'

const MODES: Readonly<Record<string, ResponseMode>> = {
  query: 'query',
  fragment: 'fragment',
  form_post: 'form_post',
  'query.jwt': 'query.jwt',
  'fragment.jwt': 'fragment.jwt',
  'form_post.jwt': 'form_post.jwt',
  // JARM section 2.3.4: as the response type would go without it.
  jwt: 'query.jwt',
}
export const RESPONSE_MODES = Object.keys(MODES)

/** The mode that a request asks for: query for code if it does not say (OAuth 2.0 Multiple Response Types 2.1). */
export function responseModeOf(asked: string | undefined): ResponseMode | undefined {
  if (asked === undefined) return 'query'
  return Object.hasOwn(MODES, asked) ? MODES[asked] : undefined
}

export function isSigned(mode: ResponseMode): boolean {
  return mode.endsWith('.jwt')
}

/** A redirect URI with an answer in its query or fragment; it has no fragment of its own, but may have a query. */
export function addressWith(redirectUri: string, mode: ResponseMode, answer: URLSearchParams): string {
  if (mode.startsWith('fragment')) return `${redirectUri}#${answer}`
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${answer}`
}
