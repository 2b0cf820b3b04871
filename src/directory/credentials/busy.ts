import { TooBusy } from '../../core/errors.ts'

/** Behind a `.catch`: that more wait than can be looked at as a kind of outcome, for a page that draws its form again. */
export function busyOr(error: unknown): { readonly kind: 'busy'; readonly retryAfter: number } {
  if (error instanceof TooBusy) return { kind: 'busy', retryAfter: error.retryAfter }
  throw error
}
