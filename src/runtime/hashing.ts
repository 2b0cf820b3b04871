import { availableParallelism } from 'node:os'
import { type Scrypt, scryptOfRuntime } from '../core/password.ts'
import { newTurns } from '../core/turns.ts'

/** With 0.2 s for each, the last of them waits for some seconds. */
const WAITING_PER_CORE = 32

/** Of the loop's time: sign-ins alone take less, and tokens more, though the loop waits for their signatures. */
const BUSY = 0.2
/** For so long the answer is the same: of a moment alone it would be that the loop is at work, as it asks. */
const SAMPLE_MS = 50

/**
 * At most as many hashes of passwords at once as there are cores, and while the event loop is busy one fewer: a processor is
 * left to it. The others wait in order, and too many are TooBusy.
 */
export function boundedScrypt(
  scrypt: Scrypt = scryptOfRuntime,
  cores: number = availableParallelism(),
  isBusy: () => boolean = loopIsBusy(),
): Scrypt {
  const inTurn = newTurns(() => (isBusy() ? Math.max(1, cores - 1) : cores), cores * WAITING_PER_CORE)
  return (...call) => inTurn(() => scrypt(...call))
}

type Used = { readonly idle: number; readonly active: number }

/** Says whether it was since it was asked last. Node's alone tells: elsewhere it never is. */
function loopIsBusy(): () => boolean {
  const { eventLoopUtilization } = performance as { eventLoopUtilization?: () => Used }
  if (!eventLoopUtilization) return () => false
  let before = eventLoopUtilization()
  let since = performance.now()
  let isBusy = false
  return () => {
    if (performance.now() - since < SAMPLE_MS) return isBusy
    const now = eventLoopUtilization()
    const [active, idle] = [now.active - before.active, now.idle - before.idle]
    isBusy = active / (active + idle) > BUSY
    before = now
    since = performance.now()
    return isBusy
  }
}
