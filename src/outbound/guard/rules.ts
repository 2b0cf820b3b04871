/** How much may go from a target before somebody is asked. Pure. */

/** Of what was at the target when the day began; more is asked about. */
export const DEFAULT_GUARD_PERCENT = 25
/** So few never need asking: in a small directory one leaver is a large share. */
const ALWAYS_ALLOWED = 10
/** Removals are counted over so long. Milliseconds. */
export const GUARD_WINDOW_MS = 24 * 3_600_000

export type Removals = {
  /** What the ledger had when the window began. */
  readonly base: number
  /** Removed in the window, without what somebody allowed. */
  readonly done: number
  /** Known to be removed next, and not allowed yet. */
  readonly waiting: number
}

/** Whether removing what waits would go beyond the share, in percent. At 100 nothing is asked. */
export function isTooMuch({ base, done, waiting }: Removals, percent: number): boolean {
  return percent < 100 && done + waiting > Math.max(ALWAYS_ALLOWED, Math.floor((base * percent) / 100))
}
