/** The guard around outbound calls, the same on every runtime; and the plain send of a runtime that cannot resolve. */
import { checkOutboundUrl } from '../core/outbound-url.ts'
import type { GuardedFetch } from '../platform.ts'

/** How much of an answer is read, decoded. SCIM resources, key sets and tokens are far smaller. */
export const MAX_RESPONSE_BYTES = 1024 * 1024

const TIMEOUT_MS = 5000
/** Statuses that a Response may only have without a body (Fetch standard, null body status). */
const BODILESS = new Set([101, 103, 204, 205, 304])

export type OutboundRequest = {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: Uint8Array<ArrayBuffer>
  readonly redirect: 'manual'
  readonly signal: AbortSignal
}

/** What is used of a runtime's Response. */
export type Answer = {
  readonly status: number
  readonly statusText: string
  readonly headers: Iterable<[string, string]>
  readonly body: AsyncIterable<Uint8Array> | null
}

/** One HTTP exchange by the runtime's own means. It checks what it resolves, and never follows a redirect. */
export type Send = (url: URL, request: OutboundRequest) => Promise<Answer>

/**
 * The guarded fetch of Platform around a runtime's `send`. It rejects with BlockedRequest, with a TimeoutError after
 * `timeoutMs` (for the whole call, the body included), and with an Error for an answer over MAX_RESPONSE_BYTES.
 */
export function guardFetch(allow: readonly string[], send: Send): GuardedFetch {
  return async (url, init = {}) => {
    const { timeoutMs = TIMEOUT_MS, signal, ...rest } = init
    const target = checkOutboundUrl(url, allow)
    const end = endAfter(timeoutMs, signal ?? undefined)
    try {
      return await withReadBody(await send(target, await toOutboundRequest(target, rest, end.signal)))
    } finally {
      end.forget()
    }
  }
}

/**
 * A signal of the timeout and of the caller's own. AbortSignal's `timeout` and `any` would stay behind for as long as
 * they could come about: thousands of them where there are thousands of calls.
 */
function endAfter(timeoutMs: number, given: AbortSignal | undefined) {
  const controller = new AbortController()
  const stop = () => controller.abort(given?.reason)
  const timer = setTimeout(
    () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    timeoutMs,
  )
  if (given?.aborted) stop()
  given?.addEventListener('abort', stop)
  const forget = () => {
    clearTimeout(timer)
    given?.removeEventListener('abort', stop)
  }
  return { signal: controller.signal, forget }
}

/** A runtime without a resolver (Workers): names are left to its own fetch, which reaches no private network. */
export const sendByFetch: Send = (url, request) => fetch(url, request)

/** What comes whole, as all of ours does, is not made a Request first: that costs more than the rest of a call. */
async function toOutboundRequest(url: URL, init: RequestInit, signal: AbortSignal): Promise<OutboundRequest> {
  const headers = plain(init.headers)
  const { body: text = null } = init
  const isWhole = text === null || (typeof text === 'string' && 'content-type' in headers)
  if (!isWhole) return fromRequest(new Request(url, init), signal)
  const body = text === null ? {} : { body: new TextEncoder().encode(text) }
  const method = (init.method ?? 'GET').toUpperCase()
  return { method, headers, ...body, redirect: 'manual', signal }
}

/** By their names in small letters. Ours are a record as a rule, which a Headers would take longer to make than to send. */
function plain(given: RequestInit['headers']): Record<string, string> {
  const isRecord = given !== undefined && !(given instanceof Headers) && !Array.isArray(given)
  const pairs = isRecord ? Object.entries(given) : [...new Headers(given)]
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), String(value)]))
}

async function fromRequest({ method, headers, body }: Request, signal: AbortSignal): Promise<OutboundRequest> {
  return {
    method,
    headers: Object.fromEntries(headers),
    ...(body ? { body: new Uint8Array(await new Response(body).arrayBuffer()) } : {}),
    redirect: 'manual',
    signal,
  }
}

/** The response with its body read to the end, so that neither the limit nor the timeout is left to the caller. */
async function withReadBody(answer: Answer): Promise<Response> {
  const body = await readBody(answer.body ?? [])
  const { status, statusText } = answer
  // They speak of the bytes on the wire; these are decoded.
  const headers = [...answer.headers].filter(([name]) => !/^content-(encoding|length)$/i.test(name))
  return new ReadResponse(BODILESS.has(status) ? undefined : body, { status, statusText, headers })
}

/** Read to the end, it needs no stream any more, which takes longer to make than all the rest of it. */
class ReadResponse extends Response {
  readonly #body: Uint8Array<ArrayBuffer>
  constructor(body: Uint8Array<ArrayBuffer> = new Uint8Array(), init: ResponseInit) {
    super(null, init)
    this.#body = body
  }
  override async text(): Promise<string> {
    return new TextDecoder().decode(this.#body)
  }
  override async json(): Promise<unknown> {
    return JSON.parse(await this.text())
  }
  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#body.slice().buffer
  }
  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#body.slice()
  }
  override clone(): Response {
    const { status, statusText, headers } = this
    return new ReadResponse(this.#body, { status, statusText, headers })
  }
}

async function readBody(chunks: AsyncIterable<Uint8Array> | Iterable<never>): Promise<Uint8Array<ArrayBuffer>> {
  const read: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > MAX_RESPONSE_BYTES) throw new Error(`the answer is over ${MAX_RESPONSE_BYTES} bytes`)
    read.push(chunk)
  }
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of read) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}
