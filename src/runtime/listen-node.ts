import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { getRequestListener } from '@hono/node-server'
import { rememberConnection } from './client-certificate.ts'
import { keepAnswers } from './kept-answers.ts'
import { CLOSE_WITHIN_MS, isHost, type Listen, type Listener, type Place, type RequestHandler } from './listen.ts'

/** Those of TLS 1.3, and of 1.2 what BCP 195 recommends (RFC 9325 section 4.2), which is all that FAPI 2.0 allows (5.2.2). */
const CIPHERS = [
  ...['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
].join(':')

/** By Node's own server, over HTTP or, with a certificate, over TLS. */
export function listenByNode(): Listen {
  const kept = keepAnswers()
  return (place, handle) => listenAt(place, handle, kept)
}

async function listenAt(
  { host, port, tls, clientCertificates: asked }: Place,
  handle: RequestHandler,
  kept: ReturnType<typeof keepAnswers>,
): Promise<Listener> {
  const answer = getRequestListener((request, { incoming }) => {
    const { socket } = incoming
    if (asked) rememberConnection(request, socket)
    return kept.answer(incoming, request, () => socket.remoteAddress, handle)
  })
  const listener: RequestListener = (incoming, outgoing) => {
    // Whatever Host says: what is kept is found by the request's target alone.
    if (kept.answerAgain(incoming, outgoing)) return
    const { host: said } = incoming.headers
    if (said !== undefined && !isHost(said)) outgoing.writeHead(400, { Connection: 'close' }).end()
    else answer(incoming, outgoing)
  }
  // Most requests have no body: a stream for it is a tenth of what the leanest of them costs.
  const options = { optimizeEmptyRequests: true }
  // Without one, or with one of an unknown CA, a connection is as good as ever: the application may be let in otherwise.
  const client = asked ? { requestCert: true, rejectUnauthorized: false, ...(asked.ca ? { ca: asked.ca } : {}) } : {}
  const server = tls
    ? createHttpsServer({ ...options, cert: tls.cert, key: tls.key, ciphers: CIPHERS, ...client }, listener)
    : createHttpServer(options, listener)
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
