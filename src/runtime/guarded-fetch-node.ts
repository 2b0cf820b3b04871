import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { Agent, buildConnector, type Dispatcher, request as undiciRequest } from 'undici'
import { BlockedRequest, isAllowedAddress, isIpAddress, refusal } from '../core/outbound-url.ts'
import type { GuardedFetch } from '../platform.ts'
import { type Answer, guardFetch, type Send } from './guarded-fetch.ts'

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
  return guardFetch(allow, sendBy(dispatcher))
}

/**
 * By undici's own request, which never follows a redirect: its fetch, made of the streams and objects of the standard,
 * takes several times as long for the same exchange.
 */
function sendBy(dispatcher: Dispatcher): Send {
  return async (url, { method, headers, body = null, signal }) => {
    const all = { 'user-agent': 'postern', 'accept-encoding': 'gzip, deflate', ...headers }
    const options = { dispatcher, method, headers: all, body, signal }
    const answer = await undiciRequest(url, options).catch(throwWords)
    return { status: answer.statusCode, statusText: answer.statusText, ...unpacked(answer) }
  }
}

/** Headers in pairs, and the body without the coding in which it travelled; an unknown coding is left to the reader. */
function unpacked({ headers, body }: Dispatcher.ResponseData): Pick<Answer, 'headers' | 'body'> {
  const pairs = Object.entries(headers).flatMap(([name, value = []]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  )
  const codings = pairs.flatMap(([name, value]) => (name === 'content-encoding' ? value.toLowerCase().split(',') : []))
  return {
    headers: pairs,
    body: codings.reduceRight((packed: Readable, coding) => unpack(packed, coding.trim()), body),
  }
}

function unpack(packed: Readable, coding: string): Readable {
  const isBrotli = coding === 'br'
  if (!isBrotli && !['gzip', 'x-gzip', 'deflate'].includes(coding)) return packed
  // Whoever reads the end of it hears of an error on the way.
  return pipeline(packed, isBrotli ? createBrotliDecompress() : createUnzip(), () => undefined)
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

/** With several addresses refused Node gives an AggregateError without words; they are what callers log and decide by. */
function throwWords(error: unknown): never {
  if (error instanceof AggregateError && error.message === '') {
    const words = error.errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ')
    throw new Error(words, { cause: error })
  }
  throw error
}
