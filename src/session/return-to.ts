import type { Scope } from '../platform.ts'

/**
 * Where a sign-in goes on, as a path of this tenant: a stored authorization request, the device page with or without a
 * code, the page of who has come from a provider and is asked something, or a page of the console or of the person's own
 * account, which is also where it leads by itself. Anything else in the query is not followed (no open redirector, RFC
 * 9700 section 4.11).
 */
export function returnPath(
  { base }: Scope,
  query: { readonly request?: string | undefined; readonly return_to?: string | undefined },
): string {
  if (query.request !== undefined) return `${base}/oauth2/authorize?resume=${encodeURIComponent(query.request)}`
  const wanted = query.return_to
  const isOurs = (path: string) =>
    isConsolePath({ base }, path) ||
    isPageOf(path, `${base}/account`) ||
    isDevicePage({ base }, path) ||
    arrivalOf({ base }, path) !== undefined
  return wanted !== undefined && isOurs(wanted) ? wanted : `${base}/account`
}

/** Whether a sign-in goes on with the console, which knows its people by password and passkey alone. */
export function isConsolePath({ base }: Pick<Scope, 'base'>, path: string): boolean {
  return isPageOf(path, `${base}/console`)
}

function isPageOf(path: string, front: string): boolean {
  return /^[\x21-\x7e]+$/.test(path) && !path.includes('\\') && (path === front || path.startsWith(`${front}/`))
}

function isDevicePage({ base }: Pick<Scope, 'base'>, path: string): boolean {
  const page = `${base}/device`
  return (
    path === page || (path.startsWith(`${page}?`) && /^user_code=[A-Za-z-]{1,20}$/.test(path.slice(page.length + 1)))
  )
}

/** The page of who has come from a provider and is asked something (federation/arrival). */
export function arrivalPath({ base }: Pick<Scope, 'base'>, arrival: string): string {
  return `${base}/login/arrival?arrival=${arrival}`
}

/** The arrival that a path of returnPath goes on with. */
export function arrivalOf(scope: Pick<Scope, 'base'>, path: string): string | undefined {
  const front = arrivalPath(scope, '')
  const id = path.startsWith(front) ? path.slice(front.length) : ''
  return /^[\w-]{43}$/.test(id) ? id : undefined
}

/** The stored authorization request that a path of returnPath goes on with. */
export function requestOf(returnTo: string): string | undefined {
  return new URL(returnTo, 'https://here.invalid').searchParams.get('resume') ?? undefined
}
