import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { getRequestListener } from '@hono/node-server'
import { certificateFinder, rememberConnection } from './runtime/client-certificate.ts'
import { createNodeFetch } from './runtime/guarded-fetch-node.ts'
import { CLOSE_WITHIN_MS, type Listen } from './runtime/listen.ts'
import { createScryptThreads } from './runtime/scrypt-threads.ts'
import { run } from './runtime/start.ts'

const listen: Listen = async ({ host, port, tls, clientCertificates: asked }, handle) => {
  const answer = getRequestListener((request, { incoming: { socket } }) => {
    if (asked) rememberConnection(request, socket)
    return handle(request, () => socket.remoteAddress)
  })
  // Without one, or with one of an unknown CA, a connection is as good as ever: the application may be let in otherwise.
  const client = asked ? { requestCert: true, rejectUnauthorized: false, ...(asked.ca ? { ca: asked.ca } : {}) } : {}
  const server = tls ? createHttpsServer({ cert: tls.cert, key: tls.key, ...client }, answer) : createHttpServer(answer)
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

await run({ listen, createFetch: createNodeFetch, certificateFinder, scrypt: createScryptThreads() })
