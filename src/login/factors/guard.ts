import type { AppContext } from '../../http.ts'
import { readCookie } from '../../session/cookie.ts'
import { findSession, type Session } from '../../session/queries.ts'
import { owesSecondStep } from '../../session/second-factor.ts'

/** So long a sign-in is new enough to change what one signs in with. */
const RECENT_MS = 15 * 60_000

/**
 * The session of somebody who may change her own factors: she has done every step, and lately, so that a browser that was
 * left open is not enough. Otherwise the path where she does it and comes back from.
 */
export async function findOwner(c: AppContext, page: string): Promise<Session | string> {
  const { scope } = c.var
  const back = `?return_to=${encodeURIComponent(scope.base + page)}`
  const session = await findSession(scope, readCookie(c, 'session'))
  if (!session) return `${scope.base}/login${back}`
  if (owesSecondStep(session)) return `${scope.base}/login/second${back}`
  if (isRecent(session, scope.now)) return session
  if (session.enrolled.totp || session.enrolled.passkey) return `${scope.base}/login/second${back}`
  // Whoever came by way of a provider, and has nothing of ours, has nothing to show here.
  return session.method === 'pwd' ? `${scope.base}/login${back}` : session
}

/** Whether somebody has done a step so lately that she may change what she signs in with. */
export function isRecent(
  { authenticatedAt, secondFactorAt }: Pick<Session, 'authenticatedAt' | 'secondFactorAt'>,
  now: Date,
): boolean {
  const latest = Math.max(authenticatedAt.getTime(), secondFactorAt?.getTime() ?? 0)
  return now.getTime() - latest <= RECENT_MS
}
