/** Which addresses an outbound call may reach (server-side request forgery). Pure rules; src/runtime applies them. */

import { type Bytes, parseAddress } from './ip-address.ts'

/** An outbound call was refused before it left; the message says which rule, and is safe to show to an operator. */
export class BlockedRequest extends Error {
  override readonly name = 'BlockedRequest'
}

type Range = { readonly bytes: Bytes; readonly prefix: number }

/** IPv4 that is no host on the public internet (RFC 6890 and the IANA special-purpose registry). */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].flatMap(toRange)

/** Of IPv6 only 2000::/3 is global unicast; in it: IETF protocols with Teredo, documentation, 6to4, documentation. */
const GLOBAL_IPV6 = ['2000::/3'].flatMap(toRange)
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'].flatMap(toRange)

/** IPv6 that reaches the IPv4 address in its last four bytes: mapped (RFC 4291) and NAT64 (RFC 6052). */
const EMBEDDING_IPV6 = ['::ffff:0:0/96', '64:ff9b::/96'].flatMap(toRange)

/**
 * Parses the URL of an outbound call and checks what can be known without resolving its name: https (http only to a
 * host that `allow` names, or an address in one of its CIDRs), no credentials, no loopback name, and no address that
 * isAllowedAddress refuses. `allow` is OUTBOUND_ALLOW: hosts, host:port pairs and CIDRs. Throws BlockedRequest.
 */
export function checkOutboundUrl(url: string, allow: readonly string[]): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed) throw new BlockedRequest('the address is not a URL')
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') {
    throw new BlockedRequest(`${parsed.protocol} is not allowed, only https`)
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new BlockedRequest('the URL must not carry a user name or password')
  }
  const host = hostOf(parsed)
  const port = portOf(parsed)
  const address = parseAddress(host)
  const isAllowed = isNamed(host, port, allow) || (address !== undefined && isInAllowedRange(address, allow))
  if (address && !isAllowed && !isPublic(address)) throw new BlockedRequest(refusal(host))
  if (!isAllowed && isLoopbackName(host)) throw new BlockedRequest(refusal(host))
  if (!isAllowed && parsed.protocol === 'http:') {
    throw new BlockedRequest(`http to ${host} is not allowed, use https or name the host in OUTBOUND_ALLOW`)
  }
  return parsed
}

/**
 * Whether a call to `host` and `port` may connect to `address`, one of those that the name resolved to. Public
 * addresses may be reached; others only if `allow` names the host or has a CIDR around the address.
 */
export function isAllowedAddress(address: string, host: string, port: number, allow: readonly string[]): boolean {
  const bytes = parseAddress(address)
  if (!bytes) return false
  return isNamed(host, port, allow) || isInAllowedRange(bytes, allow) || isPublic(bytes)
}

/** The URL's host as a name or bare address: no brackets, no dot at the end. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** What a refused address is answered with; says how an operator lets it through. */
export function refusal(host: string): string {
  return `${host} is not a public address and OUTBOUND_ALLOW does not let it through`
}

export function isIpAddress(text: string): boolean {
  return parseAddress(text) !== undefined
}

function isNamed(host: string, port: number, allow: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  const withPort = name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`
  return allow.some((entry) => {
    const allowed = entry.toLowerCase()
    return allowed === name || allowed === withPort || (allowed === 'localhost' && isLoopbackName(name))
  })
}

/** RFC 6761 section 6.3: localhost and every name under it. */
function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function isInAllowedRange(address: Bytes, allow: readonly string[]): boolean {
  const candidates = [address, embeddedIpv4(address)]
  return rangesIn(allow).some((range) => candidates.some((bytes) => bytes && isIn(bytes, range)))
}

/** The CIDRs of a list, which is asked with each call and stays as it is. */
function rangesIn(allow: readonly string[]): readonly Range[] {
  const known = parsed.get(allow)
  if (known) return known
  const ranges = allow.flatMap(toRange)
  parsed.set(allow, ranges)
  return ranges
}
const parsed = new WeakMap<readonly string[], readonly Range[]>()

function isPublic(address: Bytes): boolean {
  if (address.length === 4) return !SPECIAL_IPV4.some((range) => isIn(address, range))
  const embedded = embeddedIpv4(address)
  if (embedded) return isPublic(embedded)
  const isGlobal = GLOBAL_IPV6.some((range) => isIn(address, range))
  return isGlobal && !SPECIAL_IPV6.some((range) => isIn(address, range))
}

function embeddedIpv4(address: Bytes): Bytes | undefined {
  return EMBEDDING_IPV6.some((range) => isIn(address, range)) ? address.slice(12) : undefined
}

function isIn(address: Bytes, range: Range): boolean {
  if (address.length !== range.bytes.length) return false
  return range.bytes.every((byte, i) => {
    const bits = Math.min(8, Math.max(0, range.prefix - i * 8))
    return ((byte ^ (address[i] ?? 0)) & (0xff00 >> bits) & 0xff) === 0
  })
}

/** A CIDR or a bare address as a range; nothing if it is neither (a host name). */
function toRange(text: string): Range[] {
  const [address = '', length, ...rest] = text.split('/')
  const bytes = parseAddress(address)
  if (!bytes || rest.length > 0) return []
  if (length === undefined) return [{ bytes, prefix: bytes.length * 8 }]
  const prefix = /^\d{1,3}$/.test(length) ? Number(length) : Infinity
  return prefix <= bytes.length * 8 ? [{ bytes, prefix }] : []
}
