import type { Scope } from '../platform.ts'

/**
 * Where a sign-in goes on, as a path of this tenant: a stored authorization request, a page of the console or of the
 * person's own account. Anything else in the query is not followed (no open redirector, RFC 9700 section 4.11).
 */
export function returnPath(
  { base }: Scope,
  query: { readonly request?: string | undefined; readonly return_to?: string | undefined },
): string {
  if (query.request !== undefined) return `${base}/oauth2/authorize?resume=${encodeURIComponent(query.request)}`
  const wanted = query.return_to
  const console_ = `${base}/console`
  return wanted !== undefined && (isPageOf(wanted, console_) || isAccountPath({ base }, wanted)) ? wanted : console_
}

/** Whether a sign-in goes on with the account page, where every way to sign in will do. */
export function isAccountPath({ base }: Pick<Scope, 'base'>, path: string | undefined): boolean {
  return path !== undefined && isPageOf(path, `${base}/account`)
}

function isPageOf(path: string, front: string): boolean {
  return /^[\x21-\x7e]+$/.test(path) && !path.includes('\\') && (path === front || path.startsWith(`${front}/`))
}

/** The stored authorization request that a path of returnPath goes on with. */
export function requestOf(returnTo: string): string | undefined {
  return new URL(returnTo, 'https://here.invalid').searchParams.get('resume') ?? undefined
}
