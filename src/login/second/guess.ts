/** A code that somebody brings as the second step: counted before it is looked at, so that guesses are few. */
import { acceptTotp, useRecoveryCode } from '../../directory/factors/commands.ts'
import type { Throttle } from '../../directory/throttle/backoff.ts'
import { countGuesses, forgetGuesses, takeBackGuesses } from '../../directory/throttle/commands.ts'
import { countedOf, type Guesser } from '../../directory/throttle/guesser.ts'
import type { Scope } from '../../platform.ts'

export type GuessedCode =
  { readonly kind: 'right' } | { readonly kind: 'wrong' } | { readonly kind: 'wait'; readonly until: Date }

/** A browser that has signed her in before is held by its own guesses; everybody else by those at her factors. */
export async function checkCode(
  scope: Scope,
  userId: string,
  { method, code }: { readonly method: 'totp' | 'recovery'; readonly code: string },
  guesser: Guesser,
): Promise<GuessedCode> {
  const { device, address } = await countedOf(scope, guesser, userId, 'factor')
  const own: Throttle = device ?? { kind: 'factor', key: userId }
  // The address first: who has to wait there does not make her wait.
  const until = await countGuesses(scope, [...(address ? [address] : []), own])
  if (until) return { kind: 'wait', until }
  const accept = method === 'totp' ? acceptTotp : useRecoveryCode
  if (!(await accept(scope, userId, code))) return { kind: 'wrong' }
  await forgetGuesses(scope, own)
  if (address) await takeBackGuesses(scope, [address])
  return { kind: 'right' }
}
