/** Load over HTTP from raw sockets: requests made beforehand, answers counted by their length and looked at for status. */
import { connect } from 'node:net'

export type Load = {
  readonly port: number
  /** Sockets that send one request after the other. */
  readonly connections: number
  /** When it ends. */
  readonly amount: { readonly seconds: number } | { readonly requests: number }
  /** The whole request, as text; `n` counts them. `before` is what this connection was answered last. */
  readonly request: (n: number, connection: number, before: string | undefined) => string
  /** An answer that leads on is one of success, too. */
  readonly takesRedirects?: boolean
  /** From which address of this machine a connection comes, of those that begin with 127 (on Linux all of them are its). */
  readonly from?: (connection: number) => string
}
export type Loaded = {
  readonly perSecond: number
  readonly seconds: number
  readonly failures: number
  /** What 99 of 100 answers took at the most, in milliseconds. */
  readonly p99: number
  readonly last: string
}

/** Throws if an answer cannot be read; answers that are no success are counted. */
export async function load({
  port,
  connections,
  amount,
  request,
  takesRedirects = false,
  from,
}: Load): Promise<Loaded> {
  const limit = 'requests' in amount ? amount.requests : Number.POSITIVE_INFINITY
  const state: State = { sent: 0, times: [], failures: 0, last: '', limit, successes: takesRedirects ? '23' : '2' }
  const begin = performance.now()
  const sockets = Array.from({ length: connections }, (_, i) =>
    converse({ port, ...(from ? { localAddress: from(i) } : {}) }, (n, before) => request(n, i, before), state),
  )
  const timer = 'seconds' in amount ? setTimeout(() => (state.limit = 0), amount.seconds * 1000) : undefined
  await Promise.all(sockets)
  clearTimeout(timer)
  const seconds = (performance.now() - begin) / 1000
  const { times, failures } = state
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0
  return { perSecond: times.length / seconds, seconds, failures, p99, last: state.last }
}

type State = {
  sent: number
  limit: number
  failures: number
  last: string
  readonly times: number[]
  readonly successes: string
}
const READ_BYTES = 64 * 1024
const NOTHING = Buffer.alloc(0)

type Next = (n: number, before: string | undefined) => string

function converse(to: { port: number; localAddress?: string }, request: Next, state: State): Promise<void> {
  return new Promise((resolve, reject) => {
    // Read into the same bytes again and again: what the load takes itself, a fast server waits for.
    const onread = {
      buffer: Buffer.alloc(READ_BYTES),
      callback: (bytes: number, chunk: Uint8Array) => take(bytes, chunk),
    }
    const socket = connect({ ...to, host: '127.0.0.1', onread })
    socket.setNoDelay(true)
    let received = NOTHING
    let sentAt = 0
    const next = (before?: string) => {
      if (state.sent >= state.limit) {
        socket.end()
        return resolve()
      }
      const text = request(state.sent++, before)
      sentAt = performance.now()
      socket.write(text)
    }
    socket.on('connect', () => next())
    socket.on('error', reject)
    const take = (bytes: number, chunk: Uint8Array) => {
      const part = Buffer.from(chunk.buffer, chunk.byteOffset, bytes)
      const all = received.length === 0 ? part : Buffer.concat([received, part])
      const end = endOfAnswer(all)
      received = end === undefined ? Buffer.from(all) : NOTHING
      if (end === undefined) return true
      state.times.push(performance.now() - sentAt)
      const answer = all.toString('latin1', 0, end)
      if (!state.successes.includes(answer[9] ?? '')) state.failures++
      state.last = answer
      next(answer)
      return true
    }
  })
}

/** Where the first answer ends, undefined if it is not there yet. */
function endOfAnswer(received: Buffer): number | undefined {
  const body = received.indexOf('\r\n\r\n') + 4
  if (body < 4) return undefined
  const head = received.toString('latin1', 0, body)
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return received.length >= body + Number(length) ? body + Number(length) : undefined
  if (!/transfer-encoding: chunked/i.test(head)) return body
  const last = received.indexOf('0\r\n\r\n', body)
  return last < 0 ? undefined : last + 5
}

/** A request as it goes over the wire. */
export function http(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown): string {
  const text = body === undefined ? '' : JSON.stringify(body)
  const all = {
    Host: 'localhost',
    ...headers,
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/scim+json', 'Content-Length': String(Buffer.byteLength(text)) }),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`
}

/** The same with a form in it. */
export function httpForm(
  path: string,
  headers: Readonly<Record<string, string>>,
  form: Readonly<Record<string, string>>,
): string {
  const text = new URLSearchParams(form).toString()
  const all = { Host: 'localhost', ...headers, 'Content-Type': 'application/x-www-form-urlencoded' }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}Content-Length: ${text.length}\r\n\r\n${text}`
}
