/**
 * What everybody is told alike (keys, discovery) is told again as it stands for up to a second, straight from Node's own
 * server: a Request, a router and a Response take longer than all the rest of such an answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { newId } from '../core/ids.ts'
import { remember } from '../core/memory.ts'
import type { Bindings } from '../platform.ts'
import type { RequestHandler } from './listen.ts'

/** So long another process's change is not seen in them, nor what housekeeping does; a request's is seen at once. */
const KEPT_MS = 1000

/** RFC 9110 section 9.2.1. */
const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS'])

const IS_ASCII = /^[\0-\x7f]*$/

type Kept = { readonly until: number; readonly headers: string[]; readonly body: string }

/** One for all the addresses at which a process listens: what changes by way of one of them is seen at the others. */
export function keepAnswers() {
  /** By the request's target as it was sent. */
  const answers = new Map<string, Kept>()
  let changes = 0
  /** Of the names of requests that are answered here; no log has them, and a random name each would be a tenth of the rest. */
  const prefix = newId().slice(0, -12)
  let given = 0

  /** True if it was answered here. */
  function answerAgain(
    { method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
    response: ServerResponse,
  ): boolean {
    const kept = method === 'GET' ? answers.get(url) : undefined
    if (!kept || kept.until < performance.now()) return false
    kept.headers[1] = prefix + (++given).toString(16).padStart(12, '0')
    response.writeHead(200, kept.headers)
    response.end(kept.body, 'latin1')
    return true
  }

  /** What `handle` answers, which is told how to have an answer kept, and whose changes end what is kept. */
  function answer(
    { method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
    request: Request,
    address: () => string | undefined,
    handle: RequestHandler,
  ) {
    if (method === 'GET') return handle(request, { address, keep: keepAt(url) })
    if (CHANGES_NOTHING.has(method)) return handle(request, { address })
    return handle(request, { address }).finally(() => {
      changes++
      answers.clear()
    })
  }

  function keepAt(url: string): Bindings['keep'] {
    const before = changes
    return (headers, body) => {
      // It may have been read before what has changed since.
      if (before !== changes || !IS_ASCII.test(body)) return
      // With its length told head and body are written at once.
      const whole = { 'X-Request-Id': '', ...headers, 'Content-Length': String(body.length) }
      remember(answers, url, { until: performance.now() + KEPT_MS, headers: Object.entries(whole).flat(), body })
    }
  }

  return { answerAgain, answer }
}
