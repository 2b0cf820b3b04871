/** An application's back channel on 127.0.0.1, which keeps what is posted to it and can be told to fail. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type LogoutReceiver = {
  readonly url: string
  /** The logout tokens, in the order of their coming, whatever was answered. */
  readonly tokens: string[]
  readonly requests: { readonly method: string; readonly contentType: string; readonly body: string }[]
  status: number
}

/** It ends with the test. */
export async function logoutReceiver(): Promise<LogoutReceiver> {
  const receiver = { url: '', tokens: [] as string[], requests: [] as LogoutReceiver['requests'], status: 200 }
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { method = '', headers } = request
    receiver.requests.push({ method, contentType: String(headers['content-type']), body })
    receiver.tokens.push(new URLSearchParams(body).get('logout_token') ?? '')
    response.writeHead(receiver.status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return receiver
}
