/**
 * scrypt on threads of its own. In Node's pool it would stand before the signatures of tokens, which wait there too; and a
 * thread of a lower priority takes the processor from the one that answers requests only while that needs none.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Scrypt } from '../core/password.ts'

type Answer = { readonly key: Uint8Array } | { readonly failure: string }

/** As many threads as there are calls at once: the caller bounds those. A thread stays for the next call. */
export function createScryptThreads(): Scrypt {
  const idle: Worker[] = []
  return async (password, salt, bytes, options) => {
    const worker = idle.pop() ?? startThread()
    // Nobody waits for it while the process ends.
    worker.ref()
    worker.postMessage({ password, salt, bytes, options })
    // Rejects if the thread dies, which is then forgotten.
    const [answer] = (await once(worker, 'message')) as [Answer]
    worker.unref()
    idle.push(worker)
    if ('failure' in answer) throw new Error(answer.failure)
    return answer.key
  }
}

function startThread(): Worker {
  return new Worker(new URL('scrypt-thread.ts', import.meta.url))
}
