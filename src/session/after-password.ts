import type { AppContext } from '../http.ts'
import { startSession } from './commands.ts'
import type { Session } from './queries.ts'
import { isMultiFactor } from './second-factor.ts'

/**
 * For who has set a new password of her own: every session ended with the old one, this one too, and she goes on in a new
 * one, by what she had shown before.
 */
export async function goOnSignedIn(c: AppContext, before: Session, passwordHash: string | null): Promise<void> {
  const { userId, methods, amr } = before
  // She has shown no second factor now: what asks for a recent one goes on asking.
  const since = isMultiFactor(before) ? before : undefined
  await startSession(c, { userId, done: { methods, amr }, remember: false, passwordHash, since })
}
