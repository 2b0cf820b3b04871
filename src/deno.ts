import { type Config, ConfigError } from './config.ts'
import { createNodeFetch } from './runtime/guarded-fetch-node.ts'
import { CLOSE_WITHIN_MS, isHost, type Listen } from './runtime/listen.ts'
import { run } from './runtime/start.ts'

/** The part of Deno's interface that is used here; its types are not among ours. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; cert?: string; key?: string; onListen(): void },
    handler: (request: Request, info: { readonly remoteAddr: { readonly hostname?: string } }) => Promise<Response>,
  ): { shutdown(): Promise<void> }
}

const listen: Listen = async ({ host, port, tls }, handle) => {
  const certificate = tls ? { cert: tls.cert, key: tls.key } : {}
  const place = { hostname: host, port, ...certificate }
  const server = Deno.serve({ ...place, onListen: () => undefined }, async (request, { remoteAddr }) => {
    const host = request.headers.get('Host')
    if (host !== null && !isHost(host)) return new Response(null, { status: 400 })
    return handle(request, { address: () => remoteAddr.hostname })
  })
  return {
    async close() {
      // What has not ended then ends with the process: a server that is shutting down cannot be aborted.
      await Promise.race([server.shutdown(), new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS))])
    },
  }
}

/** Deno's server asks nobody for a certificate. */
function certificateFinder({ clientCertificates: { from } }: Config): undefined {
  if (from !== 'nowhere') throw new ConfigError('CLIENT_CERTIFICATES, CLIENT_CERTIFICATE_HEADER: not on Deno')
}

// Outbound calls go through undici and node:tls here too: Deno's own fetch cannot be held to a checked address.
await run({ listen, createFetch: createNodeFetch, certificateFinder })
