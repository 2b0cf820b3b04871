import { availableParallelism } from 'node:os'
import { type Scrypt, scryptOfRuntime } from '../core/password.ts'
import { newTurns } from '../core/turns.ts'

/** With 0.2 s for each, the last of them waits for some seconds. */
const WAITING_PER_CORE = 32

/** At most as many hashes of passwords at once as there are cores; the others wait in order, and too many are TooBusy. */
export function boundedScrypt(scrypt: Scrypt = scryptOfRuntime, cores: number = availableParallelism()): Scrypt {
  const inTurn = newTurns(cores, cores * WAITING_PER_CORE)
  return (...call) => inTurn(() => scrypt(...call))
}
