import { TooBusy } from './errors.ts'

/** Runs work, and waits with it for its turn if need be. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/**
 * So many at once (one at least), those that wait in the order in which they came; beyond `mostWaiting` TooBusy. Not for
 * Workers, where one request cannot wake another.
 */
export function newTurns(atOnce: () => number, mostWaiting: number): Turns {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    // Nobody who comes in this moment is before those who wait.
    if (waiting.length === 0 && running < atOnce()) running++
    else if (waiting.length >= mostWaiting) throw new TooBusy()
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      running--
      for (let more = atOnce() - running; more > 0 && waiting.length > 0; more--) {
        running++
        waiting.shift()?.()
      }
    }
  }
}
