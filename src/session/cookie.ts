import type { CookieOptions } from 'hono/utils/cookie'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { AppContext } from '../http.ts'

/** `console` is for what the console keeps sealed in the browser for a while; `device` says who has signed in here. */
export type CookiePurpose = 'session' | 'browser' | 'console' | 'device'

/**
 * Cookies ignore ports and, with the path that __Host- demands, tenants too: the name says which server and which
 * tenant a cookie is for, so that two servers on localhost do not sign each other's people out.
 */
function cookieName(c: AppContext, purpose: CookiePurpose): string {
  const { issuer } = c.var.scope
  const instance = issuer.replace(/^https?:\/\//, '').replace(/[^A-Za-z0-9.-]/g, '-')
  return `${isSecure(c) ? '__Host-' : ''}postern-${purpose}-${instance}`
}

export function readCookie(c: AppContext, purpose: CookiePurpose): string | undefined {
  return getCookie(c, cookieName(c, purpose))
}

/** `maxAgeSeconds` absent: until the browser is closed. */
export function writeCookie(c: AppContext, purpose: CookiePurpose, value: string, maxAgeSeconds?: number): void {
  const options: CookieOptions = { path: '/', httpOnly: true, secure: isSecure(c), sameSite: 'Lax' }
  setCookie(
    c,
    cookieName(c, purpose),
    value,
    maxAgeSeconds === undefined ? options : { ...options, maxAge: maxAgeSeconds },
  )
}

export function forgetCookie(c: AppContext, purpose: CookiePurpose): void {
  deleteCookie(c, cookieName(c, purpose), { path: '/', secure: isSecure(c) })
}

function isSecure(c: AppContext): boolean {
  return c.var.scope.issuer.startsWith('https:')
}
