import type { Config } from '../config.ts'
import type { Bindings } from '../platform.ts'
import { oneLine, StartError } from './start-error.ts'

export type RequestHandler = (request: Request, bindings: Bindings) => Promise<Response>
/** Certificate and key in PEM; with the local CA also its certificate and where it lies. */
export type Tls = {
  readonly cert: string
  readonly key: string
  readonly ca?: string
  readonly caPath?: string
}
export type Listener = {
  /** Takes no more requests; resolves when those under way are answered or had their time. */
  close(): Promise<void>
}
export type Place = {
  readonly host: string
  readonly port: number
  readonly tls: Tls | undefined
  /** Clients are asked for a certificate; `ca` has in PEM those whose word counts. */
  readonly clientCertificates?: { readonly ca: string | undefined }
}
/** Serves HTTP at one address, or rejects with an Error that has a `code` as node:net gives it. */
export type Listen = (place: Place, handle: RequestHandler) => Promise<Listener>

/** How long requests under way may take when the server ends. */
export const CLOSE_WITHIN_MS = 700

const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

/**
 * Whether a request says as its Host nothing but one (RFC 9112 section 3.2). Runtimes make the URL of a request of it: with
 * a path in it, another page would be answered than the one that stands in the request line.
 */
export function isHost(header: string): boolean {
  return HOST.test(header)
}

/** A machine may have no IPv6. */
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/** Listens at HOST and PORT; for localhost at both of its addresses. Throws StartError. */
export async function listenOn(
  listen: Listen,
  { host, port }: Config,
  secure: Pick<Place, 'tls' | 'clientCertificates'>,
  handle: RequestHandler,
): Promise<Listener[]> {
  const at = (address: string) => listen({ host: address, port, ...secure }, handle)
  if (host !== 'localhost') return [await at(host).catch((e) => refuse(e, host, port))]
  const first = await at('127.0.0.1').catch((e) => refuse(e, host, port))
  // Browsers try ::1 first for localhost: what another program has there would get our requests.
  const second = await at('::1').catch((error) => {
    if (!NO_SUCH_ADDRESS.has(codeOf(error))) refuse(error, host, port)
  })
  return second ? [first, second] : [first]
}

function refuse(error: unknown, host: string, port: number): never {
  throw new StartError(reasonOf(error, host, port), { cause: error })
}

function reasonOf(error: unknown, host: string, port: number): string {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `PORT: ${port} is in use by another program`
    case 'EACCES':
      return `PORT: ${port} may not be used without more rights`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST: ${host} is not an address of this machine`
    default:
      return codeOf(error).startsWith('ERR_') ? `TLS_CERT: ${oneLine(error)}` : `HOST: ${oneLine(error)}`
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
