/**
 * What one invocation of a Worker may ask of others. Cloudflare ends one that goes beyond it, wherever it is: with 1,000
 * subrequests, to which each call to a database over HTTP counts, and after minutes.
 */

export type Allowance = {
  /** Counts a subrequest. */
  count(): void
  /** So much is used up that nothing more is to be begun. */
  isStopped(): boolean
  /** Aborted when what is left serves for no more than to write down how far what is under way has come. */
  readonly signal: AbortSignal
}

export type Limits = {
  /** Subrequests after which nothing more is begun, and after which what is under way is cut short. */
  readonly stopAfter: number
  readonly cutAfter: number
  readonly stopAfterMs: number
}

/** A user takes seven or so, a group four more for each hundred of its members; six are under way at once. */
const LIMITS: Limits = { stopAfter: 600, cutAfter: 850, stopAfterMs: 60_000 }

export function newAllowance(now: () => Date, limits: Limits = LIMITS): Allowance {
  const { stopAfter, cutAfter, stopAfterMs } = limits
  const endAt = now().getTime() + stopAfterMs
  const cut = new AbortController()
  let used = 0
  return {
    count() {
      if (++used === cutAfter) cut.abort(new Error('this invocation ended before the answer came'))
    },
    isStopped: () => used >= stopAfter || now().getTime() >= endAt,
    signal: cut.signal,
  }
}
