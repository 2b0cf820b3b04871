/** One thread of scrypt-threads.ts. */
import { scryptSync, type ScryptOptions } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'

type Call = { password: string; salt: Uint8Array; bytes: number; options: ScryptOptions }

/** The lowest priority: what a thread of the usual one leaves over, where both want all of a processor. */
const NICE = 19
/** Of chrt (util-linux): whoever wakes up takes the processor from such a thread at once, and does not wait for its turn to end. */
const IDLE = ['--idle', '--pid', '0']

try {
  // On Linux a thread has a priority of its own, under its own id; elsewhere it stays as it is.
  const thread = readlinkSync('/proc/thread-self').split('/').at(-1) ?? ''
  setPriority(Number(thread), NICE)
  spawnSync('chrt', [...IDLE, thread], { stdio: 'ignore' })
} catch {
  // Slower for others, and right all the same.
}

parentPort?.on('message', ({ password, salt, bytes, options }: Call) => {
  try {
    parentPort?.postMessage({ key: scryptSync(password, salt, bytes, options) })
  } catch (error) {
    parentPort?.postMessage({ failure: String(error) })
  }
})
