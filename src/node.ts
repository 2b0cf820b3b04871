import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { getRequestListener } from '@hono/node-server'
import { createNodeFetch } from './runtime/guarded-fetch-node.ts'
import { CLOSE_WITHIN_MS, type Listen } from './runtime/listen.ts'
import { run } from './runtime/start.ts'

const listen: Listen = async ({ host, port, tls }, handle) => {
  const answer = getRequestListener((request, { incoming }) => handle(request, () => incoming.socket.remoteAddress))
  const server = tls ? createHttpsServer({ cert: tls.cert, key: tls.key }, answer) : createHttpServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  return {
    async close() {
      // Connections are kept alive between requests; those that fall idle from now on are closed as they do.
      const sweep = setInterval(() => server.closeIdleConnections(), 50)
      const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS)
      await new Promise((resolve) => server.close(resolve))
      clearInterval(sweep)
      clearTimeout(deadline)
    },
  }
}

await run({ listen, createFetch: createNodeFetch })
