import type { Scope } from '../platform.ts'

/**
 * Where a sign-in goes on, as a path of this tenant: a stored authorization request, the device page with or without a
 * code, or a page of the console. Anything else in the query is not followed (no open redirector, RFC 9700 section 4.11).
 */
export function returnPath(
  { base }: Scope,
  query: { readonly request?: string | undefined; readonly return_to?: string | undefined },
): string {
  if (query.request !== undefined) return `${base}/oauth2/authorize?resume=${encodeURIComponent(query.request)}`
  const wanted = query.return_to
  const console_ = `${base}/console`
  return wanted !== undefined && (isPageOf(wanted, console_) || isDevicePage(wanted, base)) ? wanted : console_
}

function isPageOf(path: string, console_: string): boolean {
  return /^[\x21-\x7e]+$/.test(path) && !path.includes('\\') && (path === console_ || path.startsWith(`${console_}/`))
}

function isDevicePage(path: string, base: string): boolean {
  const page = `${base}/device`
  return (
    path === page || (path.startsWith(`${page}?`) && /^user_code=[A-Za-z-]{1,20}$/.test(path.slice(page.length + 1)))
  )
}

/** The stored authorization request that a path of returnPath goes on with. */
export function requestOf(returnTo: string): string | undefined {
  return new URL(returnTo, 'https://here.invalid').searchParams.get('resume') ?? undefined
}
