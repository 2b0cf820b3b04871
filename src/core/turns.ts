import { TooBusy } from './errors.ts'

/** Runs work, and waits with it for its turn if need be. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

/**
 * So many at once, those that wait in the order in which they came; beyond `mostWaiting` TooBusy. Not for Workers, where
 * one request cannot wake another.
 */
export function newTurns(atOnce: number, mostWaiting: number): Turns {
  const waiting: (() => void)[] = []
  let free = atOnce
  return async (work) => {
    if (free > 0) free--
    else if (waiting.length >= mostWaiting) throw new TooBusy()
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Handed on, so that nobody who comes in this moment is before those who wait.
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
