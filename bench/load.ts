/** Load over HTTP from raw sockets: requests made beforehand, answers counted by their length and looked at for status. */
import { connect } from 'node:net'

export type Load = {
  readonly port: number
  /** Sockets that send one request after the other. */
  readonly connections: number
  /** When it ends. */
  readonly amount: { readonly seconds: number } | { readonly requests: number }
  /** The whole request, as text; `n` counts them. */
  readonly request: (n: number) => string
}
export type Loaded = { readonly perSecond: number; readonly seconds: number; readonly failures: number }

/** Throws if an answer cannot be read; answers that are no success are counted. */
export async function load({ port, connections, amount, request }: Load): Promise<Loaded> {
  const limit = 'requests' in amount ? amount.requests : Number.POSITIVE_INFINITY
  const state = { sent: 0, done: 0, failures: 0, limit }
  const begin = performance.now()
  const sockets = Array.from({ length: connections }, () => converse(port, request, state))
  const timer = 'seconds' in amount ? setTimeout(() => (state.limit = 0), amount.seconds * 1000) : undefined
  await Promise.all(sockets)
  clearTimeout(timer)
  const seconds = (performance.now() - begin) / 1000
  return { perSecond: state.done / seconds, seconds, failures: state.failures }
}

type State = { sent: number; done: number; failures: number; limit: number }

function converse(port: number, request: Load['request'], state: State): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let received: Buffer = Buffer.alloc(0)
    const next = () => {
      if (state.sent < state.limit) return void socket.write(request(state.sent++))
      socket.end()
      resolve()
    }
    socket.on('connect', next)
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const end = endOfAnswer(received)
      if (end === undefined) return
      if (received[9] !== '2'.charCodeAt(0)) state.failures++
      received = received.subarray(end)
      state.done++
      next()
    })
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
