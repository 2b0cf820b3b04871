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
  if (owesSecondStep(session)) return signInFirst(c, '/second')
  c.set('signedIn', session)
  await next()
  return undefined
})

/**
 * For what would let somebody else in for good: a step of the sign-in must be ten minutes old at the most, so that a
 * browser that was left alone is not enough. Otherwise she shows her second factor again, or signs in again if she has
 * none, and comes back. A form stands at the address that it is sent to, so that there is a page to come back to.
 */
export const requireRecentSignIn = createMiddleware<Env>(async (c, next) => {
  const { signedIn, scope } = c.var
  if (!isRecent(signedIn, scope.now)) {
    return signInFirst(c, signedIn.enrolled.totp || signedIn.enrolled.passkey ? '/second' : '')
  }
  await next()
  return undefined
})

function isRecent({ authenticatedAt, secondFactorAt }: SignedIn, now: Date): boolean {
  const latest = Math.max(authenticatedAt.getTime(), secondFactorAt?.getTime() ?? 0)
  return now.getTime() - latest <= RECENT_MS
}

function signInFirst(c: AppContext, step: '' | '/second' = ''): Response {
  return c.redirect(`${c.var.scope.base}/login${step}?return_to=${encodeURIComponent(here(c))}`, 303)
}

function here(c: AppContext): string {
  const { pathname, search } = new URL(c.req.url)
  return c.req.method === 'GET' ? pathname + search : pathname
}
