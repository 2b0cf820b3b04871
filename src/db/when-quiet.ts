import { setImmediate } from 'node:timers'

/** However much goes on coming, what came first has waited long enough. */
const MOST_TURNS = 6

/** Calls `run` at the end of the first turn of the event loop in which `count` did not rise: what comes at once is done at once. */
export function whenQuiet(count: () => number, run: () => void, turns = MOST_TURNS): void {
  const before = count()
  setImmediate(() => (turns > 1 && count() > before ? whenQuiet(count, run, turns - 1) : run()))
}
