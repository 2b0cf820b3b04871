import type { Scope } from '../platform.ts'

/**
 * Where a sign-in goes on, as a path of this tenant: a stored authorization request, or a page of the console or of one's
 * own account. Anything else in the query is not followed (no open redirector, RFC 9700 section 4.11).
 */
export function returnPath(
  { base }: Scope,
  query: { readonly request?: string | undefined; readonly return_to?: string | undefined },
): string {
  if (query.request !== undefined) return `${base}/oauth2/authorize?resume=${encodeURIComponent(query.request)}`
  const wanted = query.return_to
  const places = [`${base}/console`, `${base}/account`]
  return wanted !== undefined && places.some((place) => isPageOf(wanted, place)) ? wanted : `${base}/console`
}

function isPageOf(path: string, place: string): boolean {
  return /^[\x21-\x7e]+$/.test(path) && !path.includes('\\') && (path === place || path.startsWith(`${place}/`))
}

/** The stored authorization request that a path of returnPath goes on with. */
export function requestOf(returnTo: string): string | undefined {
  return new URL(returnTo, 'https://here.invalid').searchParams.get('resume') ?? undefined
}
