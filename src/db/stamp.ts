import { setImmediate } from 'node:timers'

/** Where more than a thousand sockets have something to say, one turn also takes what comes in while it lasts. */
const MOST_AT_ONCE = 50

/**
 * A number that stays the same for as long as nothing in an embedded database changes, whoever changes it. `version` is
 * SQLite's `PRAGMA data_version`, which tells of other connections' commits. It is asked once in a turn of the event
 * loop, and in a long one again now and then: for two calls of the system it costs more than all that it may save.
 */
export function changeStamp(version: () => number) {
  let stamp = 0
  let known: number | undefined
  let isAsked = false
  let left = 0
  return {
    /** This connection has changed something. */
    changed(): void {
      stamp++
    },
    now(): number {
      if (isAsked && left-- > 0) return stamp
      if (!isAsked) setImmediate(() => (isAsked = false))
      isAsked = true
      left = MOST_AT_ONCE
      const found = version()
      if (found !== known) stamp++
      known = found
      return stamp
    },
  }
}
