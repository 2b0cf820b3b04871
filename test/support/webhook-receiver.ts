/**
 * A receiver of webhooks on 127.0.0.1 that verifies what comes by its own reading of the Standard Webhooks
 * specification (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md), and can be told to fail.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const WHSEC = `whsec_${Buffer.alloc(24, 'a secret of 24 bytes....').toString('base64')}`
export const OTHER_WHSEC = `whsec_${Buffer.alloc(32, 'another secret').toString('base64')}`

export type Received = {
  readonly headers: IncomingHttpHeaders
  readonly id: string
  readonly text: string
  readonly event: { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> }
}

/** `drop`: it came, and the connection is gone before the answer. */
export type Answer =
  { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | 'drop'

export class WebhookReceiver {
  /** All that came, whatever it was answered. */
  readonly received: Received[] = []
  answer: (received: Received) => Answer = () => ({ status: 204 })
  #server: Server | undefined
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** The types of what came. */
  get types(): string[] {
    return this.received.map(({ event }) => event.type)
  }

  /** Starts it, or starts it again at its port. */
  async up(): Promise<void> {
    const server = createServer(async (request, response) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of request) chunks.push(chunk)
      const text = Buffer.concat(chunks).toString()
      const { headers } = request
      const received = { headers, id: String(headers['webhook-id']), text, event: JSON.parse(text) }
      this.received.push(received)
      const answer = this.answer(received)
      if (answer === 'drop') return void request.socket.destroy()
      response.writeHead(answer.status, answer.headers).end(answer.body)
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined))
    this.#server?.closeAllConnections()
    this.#server = undefined
    await closed
  }
}

export async function webhookReceiver(): Promise<WebhookReceiver> {
  const receiver = new WebhookReceiver()
  await receiver.up()
  return receiver
}

/** "a tolerance of five minutes": what is older, or of the future, may be a replay. */
const TOLERANCE_SECONDS = 300

/** Whether a message is from whoever has the secret, and from now. */
export function isGenuine({ headers, text }: Pick<Received, 'headers' | 'text'>, secret: string, now: Date): boolean {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`])
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false
  if (id.includes('.') || Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest()
  return signatures.split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',')
    const given = Buffer.from(value, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
}
