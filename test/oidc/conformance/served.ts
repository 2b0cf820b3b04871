/** The world of ../world.ts behind a real HTTP server on loopback: the modules are about what goes over the wire. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type OidcWorld, oidcWorld } from '../world.ts'

/** As oidcWorld, but that `app.request` goes over HTTP. */
export async function servedWorld(slug = '', url?: string): Promise<OidcWorld> {
  const world = await oidcWorld(slug, url)
  const request = async (asked: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const { pathname, search } = new URL(asked instanceof Request ? asked.url : asked, world.issuer)
    const sent = (origin: string) =>
      new Request(`${origin}${pathname}${search}`, asked instanceof Request ? asked : init)
    return overHttp(world, sent)
  }
  // The clock is still this world's, and what tests set up beside the modules goes straight to the app.
  return { ...world, app: Object.assign(Object.create(world.app) as OidcWorld['app'], { request }) }
}

/** A server for the one request, so that none is left behind. */
async function overHttp({ app }: OidcWorld, sent: (origin: string) => Request): Promise<Response> {
  const server = createServer(getRequestListener((request) => app.fetch(request)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const answer = await fetch(sent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), {
      redirect: 'manual',
    })
    const body = await answer.arrayBuffer()
    const { status, headers } = answer
    return new Response(body.byteLength === 0 ? null : body, { status, headers })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
