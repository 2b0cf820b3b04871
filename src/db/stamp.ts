import { setImmediate } from 'node:timers'

/**
 * A number that stays the same for as long as nothing in an embedded database changes, whoever changes it. `version` is
 * SQLite's `PRAGMA data_version`, which tells of other connections' commits. It is asked once in a turn of the event
 * loop, and is as old as that at the most: for two calls of the system it costs more than all that it may save.
 */
export function changeStamp(version: () => number) {
  let stamp = 0
  let known: number | undefined
  let isAsked = false
  return {
    /** This connection has changed something. */
    changed(): void {
      stamp++
    },
    now(): number {
      if (isAsked) return stamp
      isAsked = true
      setImmediate(() => (isAsked = false))
      const found = version()
      if (found !== known) stamp++
      known = found
      return stamp
    },
  }
}
