/** A real HTTP server on 127.0.0.1 that records what it is asked, and can be told to answer otherwise. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Json = Record<string, unknown>
export type Asked = {
  readonly method: string
  /** Path and query, as it came. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** Parsed JSON, a form as an object, or undefined. */
  readonly body: Json | undefined
}
export type Answered = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
/** `lost` does it, and the connection is gone before the answer. */
export type Fault = Answered | 'lost'

export abstract class FakeApi {
  readonly requests: Asked[] = []
  /** What a request comes to in place of its answer. */
  fault: (asked: Asked) => Fault | undefined = () => undefined
  #server: Server | undefined
  #port = 0

  protected abstract answer(asked: Asked, url: URL): Answered

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** The requests for an access token. */
  abstract get tokenRequests(): readonly Asked[]

  async up(): Promise<void> {
    const server = createServer((request, response) => {
      read(request)
        .then((asked) => {
          this.requests.push(asked)
          const fault = this.fault(asked)
          if (fault !== undefined && fault !== 'lost') return fault
          const answer = this.answer(asked, new URL(asked.path, this.origin))
          return fault === 'lost' ? undefined : answer
        })
        .then((answer) => {
          if (!answer) return void request.socket.destroy()
          const isText = typeof answer.body === 'string'
          const type = isText ? 'text/html' : 'application/json; charset=UTF-8'
          response.writeHead(answer.status, { 'Content-Type': type, ...answer.headers })
          response.end(isText ? answer.body : answer.body === undefined ? undefined : JSON.stringify(answer.body))
        })
        .catch((error: unknown) => response.destroy(error as Error))
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
  const body = isForm
    ? Object.fromEntries(new URLSearchParams(text))
    : text === ''
      ? undefined
      : (JSON.parse(text) as Json)
  return { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
}
