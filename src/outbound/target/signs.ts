/** What deliveries say of their target. Pure. */
import { unreachable } from '../../core/errors.ts'
import type { PushOutcome } from '../outcome.ts'
import { isPassing } from '../push.ts'

export type Sign =
  | { readonly kind: 'answers' }
  /** Perhaps it is this resource alone. */
  | { readonly kind: 'stumbles' }
  /** It does not answer, or fails whatever it is asked: it is left alone. */
  | { readonly kind: 'silent' }
  /** Retry-After: it wants to be left alone. */
  | { readonly kind: 'asks'; readonly retryAfterMs: number }
  | { readonly kind: 'refuses'; readonly reason: string }
  | { readonly kind: 'nothing' }

/** So many failures, with nothing that goes well between them, are the target's and not the resources'. */
const TRIES = 5

export type Circumstances = {
  /** The status of the last answer, if there was one. */
  readonly status: number | undefined
  readonly requests: number
  readonly isProbe: boolean
  /** How many deliveries stumbled before this one, one after the other. */
  readonly inARow: number
}

export function signOf(outcome: PushOutcome, { status, requests, isProbe, inARow }: Circumstances): Sign {
  const isOneOfMany = isProbe || inARow + 1 >= TRIES
  switch (outcome.kind) {
    case 'done':
      return { kind: requests > 0 ? 'answers' : 'nothing' }
    case 'down':
      return { kind: 'silent' }
    case 'retry':
      if (outcome.retryAfterMs > 0) return { kind: 'asks', retryAfterMs: outcome.retryAfterMs }
      // It answered as it should: a name is still another's.
      if (status !== undefined && !isPassing(status)) return { kind: 'answers' }
      return { kind: isOneOfMany ? 'silent' : 'stumbles' }
    case 'refused':
      return { kind: 'refuses', reason: outcome.error }
    case 'forbidden':
      return inARow + 1 >= TRIES ? { kind: 'refuses', reason: outcome.error } : { kind: 'stumbles' }
    case 'blocked':
    case 'rejected':
      return { kind: status === undefined ? 'nothing' : 'answers' }
    default:
      return unreachable(outcome)
  }
}
