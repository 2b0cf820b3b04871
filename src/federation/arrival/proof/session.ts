import type { AppContext } from '../../../http.ts'
import { isProof } from '../../../session/arrival-proof.ts'
import { readCookie } from '../../../session/cookie.ts'
import { findSession, type Session } from '../../../session/queries.ts'
import { isRecent, owesSecondStep } from '../../../session/second-factor.ts'

/**
 * The session of who has signed in for this very arrival, lately and with every step that her account wants. Whoever was
 * signed in before, or has signed in for something else, has shown nothing.
 */
export async function provenSession(c: AppContext, arrival: string, proof: unknown): Promise<Session | undefined> {
  const { scope } = c.var
  if (typeof proof !== 'string') return undefined
  const session = await findSession(scope, readCookie(c, 'session'))
  if (!session || !isRecent(session, scope.now) || owesSecondStep(session)) return undefined
  return (await isProof(scope, arrival, session.userId, proof)) ? session : undefined
}
