/** Certificates of clients (RFC 8705) as Node gets them: from a TLS connection, or in the header of a proxy. */
import { X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Config } from '../config.ts'
import { sha256 } from '../core/crypto.ts'
import { parseDistinguishedName } from '../oidc/certificate/distinguished-name.ts'
import type { ClientCertificate, Platform } from '../platform.ts'

type Find = NonNullable<Platform['clientCertificate']>

/** The connections of requests under way. */
const connections = new WeakMap<Request, Socket>()

export function rememberConnection(request: Request, socket: Socket): void {
  connections.set(request, socket)
}

/** How a request's certificate is found; undefined where no setting asks for one. */
export function certificateFinder({ clientCertificates: asked }: Config): Find | undefined {
  switch (asked.from) {
    case 'nowhere':
      return undefined
    case 'tls':
      return (request) => ofConnection(connections.get(request))
    case 'header': {
      const { name, verifiedName } = asked
      return ({ headers }) => {
        const der = derOf(headers.get(name))
        // As nginx and Cloudflare write it. A proxy that does not say so has not looked who issued it.
        return der && toCertificate(der, verifiedName !== undefined && headers.get(verifiedName) === 'SUCCESS')
      }
    }
  }
}

function ofConnection(socket: Socket | undefined): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  const der = socket.getPeerX509Certificate()?.raw
  return der && toCertificate(der, socket.authorized)
}

/** `:base64:` (RFC 9440), or PEM with what is escaped in URLs, as nginx sends it. */
function derOf(header: string | null): Uint8Array | undefined {
  const base64 = /^:([A-Za-z0-9+/]+=*):$/.exec(header ?? '')?.[1]
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  try {
    const pem = decodeURIComponent(header ?? '')
    return pem.startsWith('-----BEGIN CERTIFICATE-----') ? new X509Certificate(pem).raw : undefined
  } catch {
    return undefined
  }
}

function toCertificate(der: Uint8Array, isVerified: boolean): ClientCertificate | undefined {
  try {
    const { subject, subjectAltName } = new X509Certificate(der)
    return {
      thumbprint: sha256(der),
      isVerified,
      // One a line, the most general first; otherwise as RFC 4514 has it.
      subject: subject
        .split('\n')
        .toReversed()
        .flatMap((line) => parseDistinguishedName(line) ?? [line]),
      alternativeNames: alternativeNamesIn(subjectAltName ?? ''),
    }
  } catch {
    return undefined
  }
}

const TYPES = { DNS: 'dns', URI: 'uri', 'IP Address': 'ip', email: 'email' } as const

/** `DNS:a.example, URI:...`. What Node puts in quotes was made to look like another name, and is left out. */
function alternativeNamesIn(text: string): ClientCertificate['alternativeNames'] {
  const parts = text.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? []
  return parts.flatMap((part) => {
    const [, name = '', value = ''] = /^\s*([A-Za-z ]+):(.*)$/s.exec(part) ?? []
    if (!Object.hasOwn(TYPES, name) || value.includes('"')) return []
    const type = TYPES[name as keyof typeof TYPES]
    return [{ type, value: type === 'dns' ? value.toLowerCase() : value }]
  })
}
