/** Looks after the outbox where no queue does it (Node and Deno): after each change, when one is due, and now and then. */

export type Poller = {
  /** Something changed: run now, or once more if a run is under way. */
  wake(): void
  /** Starts no other run; resolves when the one under way has ended, of which what takes long is cut short. */
  stop(): Promise<void>
}

/** How a run learns that it has to end: nothing more is to be begun; and, by the signal, what is under way to be cut. */
export type Ending = { isStopped(): boolean; readonly signal: AbortSignal }

/** Another process may write to the same database, and its wake does not reach us. */
const IDLE_MS = 5000
/** So that work which stays due for a moment (another process holds it) does not keep this one spinning. */
const LEAST_MS = 50
/** Between a run and the one that was asked for in it: where changes come all the time, one look serves many of them. */
const BREATH_MS = 10
/** Most answers come within it: they need not be asked for a second time. */
const GRACE_MS = 300

/**
 * Calls `run` until stopped, never twice at a time. It does what is due and answers when the next is due; if it rejects,
 * `onError` is told and it runs again after the idle time.
 */
export function startPoller(
  run: (ending: Ending) => Promise<Date | undefined>,
  now: () => Date,
  onError: (error: unknown) => void,
): Poller {
  let isStopped = false
  let isWoken = false
  let running: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const cut = new AbortController()

  async function loop(): Promise<void> {
    let next: Date | undefined | void
    for (;;) {
      isWoken = false
      next = await run({ isStopped: () => isStopped, signal: cut.signal }).catch(
        (error: unknown) => void onError(error),
      )
      if (!isWoken || isStopped) break
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS))
      if (isStopped) break
    }
    running = undefined
    const wait = next ? next.getTime() - now().getTime() : IDLE_MS
    if (!isStopped) timer = setTimeout(start, Math.min(Math.max(wait, LEAST_MS), IDLE_MS))
  }

  function start(): void {
    clearTimeout(timer)
    if (isStopped) return
    isWoken = true
    running ??= loop()
  }

  start()
  return {
    wake: start,
    async stop() {
      isStopped = true
      clearTimeout(timer)
      const grace = setTimeout(() => cut.abort(new Error('this server ended before the answer came')), GRACE_MS)
      await running
      clearTimeout(grace)
    },
  }
}
