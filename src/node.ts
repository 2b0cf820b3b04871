import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { getRequestListener } from '@hono/node-server'
import { certificateFinder, rememberConnection } from './runtime/client-certificate.ts'
import { createNodeFetch } from './runtime/guarded-fetch-node.ts'
import { keepAnswers } from './runtime/kept-answers.ts'
import { CLOSE_WITHIN_MS, isHost, type Listen } from './runtime/listen.ts'
import { createScryptThreads } from './runtime/scrypt-threads.ts'
import { run } from './runtime/start.ts'

const kept = keepAnswers()

const listen: Listen = async ({ host, port, tls, clientCertificates: asked }, handle) => {
  const listener = getRequestListener((request, { incoming }) => {
    const { socket } = incoming
    if (asked) rememberConnection(request, socket)
    return kept.answer(handle, incoming, request, () => socket.remoteAddress)
  })
  const answer: RequestListener = (incoming, outgoing) => {
    const { host } = incoming.headers
    if (host !== undefined && !isHost(host)) outgoing.writeHead(400, { Connection: 'close' }).end()
    else if (!kept.answerAgain(incoming, outgoing)) listener(incoming, outgoing)
  }
  // Most requests have no body: a stream for it is a tenth of what the leanest of them costs.
  const options = { optimizeEmptyRequests: true }
  // Without one, or with one of an unknown CA, a connection is as good as ever: the application may be let in otherwise.
  const client = asked ? { requestCert: true, rejectUnauthorized: false, ...(asked.ca ? { ca: asked.ca } : {}) } : {}
  const server = tls
    ? createHttpsServer({ ...options, cert: tls.cert, key: tls.key, ...client }, answer)
    : createHttpServer(options, answer)
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
