/**
 * A small server of libSQL's HTTP protocol (Hrana over HTTP, versions 2 and 3 in JSON) over an embedded database, for
 * runtimes that cannot open a file. Its own process: node test/support/hrana.ts --port 8081 --file data/worker.db
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { HranaStream, type StreamRequest } from './hrana-stream.ts'

export type Hrana = { readonly url: string; close(): Promise<void> }

/** How long a stream that its client left open is kept, in milliseconds, as libSQL's server does. */
const STREAM_IDLE_MS = 10_000

/** Serves `file` on 127.0.0.1; without a port, on a free one. */
export async function startHrana({ port = 0, file }: { port?: number; file: string }): Promise<Hrana> {
  const streams = new Streams(file)
  const server = createServer((request, response) => {
    answer(streams, request, response).catch((error: unknown) => {
      respond(response, 400, { message: String(error), code: 'HTTP_BODY' })
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      streams.close()
    },
  }
}

async function answer(streams: Streams, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // How a client finds out which versions there are.
  if (request.method === 'GET' && /^\/v[23]\/?$/.test(request.url ?? '')) return respond(response, 200, {})
  if (request.method !== 'POST' || !/^\/v[23]\/pipeline$/.test(request.url ?? '')) {
    return respond(response, 404, { message: 'there is nothing here', code: 'NOT_FOUND' })
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as { baton?: string | null; requests: StreamRequest[] }
  const stream = streams.take(body.baton ?? undefined)
  if (!stream) return respond(response, 400, { message: 'the stream has expired', code: 'STREAM_EXPIRED' })
  const results = body.requests.map((one) => stream.answer(one))
  const isClosed = body.requests.some(({ type }) => type === 'close')
  respond(response, 200, { baton: streams.give(stream, isClosed), base_url: null, results })
}

function respond(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** The streams that clients hold, by baton, and those that nobody holds and that are used again. */
class Streams {
  readonly #file: string
  readonly #held = new Map<string, { stream: HranaStream; timer: NodeJS.Timeout }>()
  readonly #free: HranaStream[] = []

  constructor(file: string) {
    this.#file = file
  }

  take(baton: string | undefined): HranaStream | undefined {
    if (baton === undefined) return this.#free.pop() ?? new HranaStream(this.#file)
    const held = this.#held.get(baton)
    clearTimeout(held?.timer)
    this.#held.delete(baton)
    return held?.stream
  }

  /** Takes a stream back after a request; answers the baton under which its client goes on. */
  give(stream: HranaStream, isClosed: boolean): string | null {
    if (isClosed) {
      this.#release(stream)
      return null
    }
    const baton = randomUUID()
    const expire = () => {
      this.#held.delete(baton)
      this.#release(stream)
    }
    this.#held.set(baton, { stream, timer: setTimeout(expire, STREAM_IDLE_MS).unref() })
    return baton
  }

  close(): void {
    for (const { stream, timer } of this.#held.values()) {
      clearTimeout(timer)
      stream.close()
    }
    for (const stream of this.#free) stream.close()
  }

  #release(stream: HranaStream): void {
    stream.reset()
    this.#free.push(stream)
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { port: { type: 'string' }, file: { type: 'string' } } })
  if (!values.file) throw new Error('--file: name the database file')
  const hrana = await startHrana({ port: Number(values.port ?? 0), file: values.file })
  process.stdout.write(`${hrana.url}\n`)
}
