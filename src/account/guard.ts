import { createMiddleware } from 'hono/factory'
import type { AppContext, Env, SignedIn } from '../http.ts'
import { readCookie } from '../session/cookie.ts'
import { findSession } from '../session/queries.ts'
import { owesSecondStep } from '../session/second-factor.ts'

const RECENT_MS = 10 * 60_000

/** Lets whoever is signed in pass and sets c.var.signedIn; nobody is sent to sign in. Stands after knowBrowser. */
export const requireSession = createMiddleware<Env>(async (c, next) => {
  const session = await findSession(c.var.scope, readCookie(c, 'session'))
  if (!session) return signInFirst(c)
  if (owesSecondStep(session)) {
    return c.redirect(`${c.var.scope.base}/login/second?return_to=${encodeURIComponent(here(c))}`, 303)
  }
  c.set('signedIn', session)
  await next()
  return undefined
})

/**
 * For what would let somebody else in for good: the sign-in must be ten minutes old at the most, so that a browser that
 * was left alone is not enough. Otherwise she signs in again and comes back. A form stands at the address that it is
 * sent to, so that there is a page to come back to.
 */
export const requireRecentSignIn = createMiddleware<Env>(async (c, next) => {
  if (!isRecent(c.var.signedIn, c.var.scope.now)) return signInFirst(c)
  await next()
  return undefined
})

export function isRecent({ authenticatedAt }: SignedIn, now: Date): boolean {
  return now.getTime() - authenticatedAt.getTime() <= RECENT_MS
}

function signInFirst(c: AppContext): Response {
  return c.redirect(`${c.var.scope.base}/login?return_to=${encodeURIComponent(here(c))}`, 303)
}

function here(c: AppContext): string {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' ? pathname + search : pathname
}
