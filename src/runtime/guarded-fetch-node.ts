import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, buildConnector, fetch as undiciFetch } from 'undici'
import { BlockedRequest, isAllowedAddress, isIpAddress, refusal } from '../core/outbound-url.ts'
import type { GuardedFetch } from '../platform.ts'
import { guardFetch } from './guarded-fetch.ts'

/** Every address of a name, or an error if it has none. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

/**
 * Guarded fetch for Node. Each connection goes to an address that was resolved and checked here, never to the name
 * again, so that a name cannot point elsewhere between check and use (DNS rebinding). Trusts the usual roots, the
 * system's and `extraCa` (PEM).
 */
export function createNodeFetch(
  allow: readonly string[],
  extraCa: readonly string[] = [],
  resolve: Resolve = (host) => lookup(host, { all: true }),
): GuardedFetch {
  let trust: SecureContext | undefined
  const dispatcher = new Agent({
    connect(options, callback) {
      const isHttps = options.protocol === 'https:'
      const host = options.hostname.replace(/^\[|\]$/g, '')
      pin(host, Number(options.port || (isHttps ? 443 : 80)), allow, resolve).then(
        (pinned) => {
          trust ??= createTrust(extraCa)
          const tls = isHttps ? { secureContext: trust } : {}
          buildConnector({ ...tls, lookup: pinned })(options, callback)
        },
        (error: Error) => callback(error, null),
      )
    },
  })
  return guardFetch(allow, (url, request) => undiciFetch(url, { ...request, dispatcher }).catch(throwCause))
}

/** A lookup that answers with the checked addresses alone. Throws BlockedRequest if the name has no allowed one. */
async function pin(host: string, port: number, allow: readonly string[], resolve: Resolve): Promise<LookupFunction> {
  // A literal is not looked up by net.connect, and was checked with the URL.
  const found = isIpAddress(host) ? [] : await resolve(host)
  const allowed = found.filter(({ address }) => isAllowedAddress(address, host, port, allow))
  if (found.length > 0 && allowed.length === 0) throw new BlockedRequest(refusal(host))
  return (_host, options, callback) => {
    const [first] = allowed
    if (!first) callback(new Error(`${host} has no address`), '', 0)
    else if (options.all) callback(null, [...allowed])
    else callback(null, first.address, first.family)
  }
}

/** Made at the first call over TLS: reading some hundred roots takes a while that the start should not. */
function createTrust(extraCa: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), ...getCACertificates('system'), ...extraCa] })
}

/** undici says "fetch failed" and hides why; the reason is what callers log and decide by. */
function throwCause(error: unknown): never {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  // With several addresses refused Node gives an AggregateError without words.
  if (cause instanceof AggregateError && cause.message === '') {
    throw new Error(cause.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; '), { cause })
  }
  throw cause
}
