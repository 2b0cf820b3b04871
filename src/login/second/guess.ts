/** A code that somebody brings as the second step: counted before it is looked at, so that guesses are few. */
import { acceptTotp, useRecoveryCode } from '../../directory/factors/commands.ts'
import type { Throttle } from '../../directory/throttle/backoff.ts'
import { countGuess, forgetGuesses } from '../../directory/throttle/commands.ts'
import type { Scope } from '../../platform.ts'

export type GuessedCode =
  { readonly kind: 'right' } | { readonly kind: 'wrong' } | { readonly kind: 'wait'; readonly until: Date }

export async function checkCode(
  scope: Scope,
  userId: string,
  { method, code }: { readonly method: 'totp' | 'recovery'; readonly code: string },
): Promise<GuessedCode> {
  const throttle: Throttle = { kind: 'factor', key: userId }
  const until = await countGuess(scope, throttle)
  if (until) return { kind: 'wait', until }
  const accept = method === 'totp' ? acceptTotp : useRecoveryCode
  if (!(await accept(scope, userId, code))) return { kind: 'wrong' }
  await forgetGuesses(scope, throttle)
  return { kind: 'right' }
}
