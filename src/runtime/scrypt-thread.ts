/** One thread of scrypt-threads.ts. */
import { scryptSync, type ScryptOptions } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'

type Call = { password: string; salt: Uint8Array; bytes: number; options: ScryptOptions }

/** The lowest priority: what a thread of the usual one leaves over, where both want all of a processor. */
const NICE = 19

try {
  // On Linux a thread has a priority of its own, under its own id; elsewhere it stays as it is.
  setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), NICE)
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
