/** A server that stands before another one: it sees what goes through, and may hold it or refuse it. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Passing = { readonly method: string; readonly path: string; readonly body: string }
export type Between = { readonly url: string; close(): Promise<void> }
/** What a request comes to: what the other server answers to it (`pass`), or a status without a body. */
export type See = (request: Passing, pass: () => Promise<Response>) => Promise<Response | number>

export async function standBefore(url: string, see: See): Promise<Between> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url: path = '' } = request
    const body = Buffer.concat(chunks)
    const { authorization = '', 'content-type': type = '' } = request.headers
    const headers = { ...(authorization ? { authorization } : {}), ...(type ? { 'content-type': type } : {}) }
    const pass = () => fetch(url + path, { method, headers, ...(body.length > 0 ? { body } : {}) })
    const answer = await see({ method, path, body: body.toString() }, pass)
    if (typeof answer === 'number') return void response.writeHead(answer).end()
    const sent = { 'Content-Type': answer.headers.get('content-type') ?? 'application/json' }
    response.writeHead(answer.status, sent).end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
