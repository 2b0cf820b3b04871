/** Clients that authenticate with the certificate of their TLS connection (RFC 8705 section 2). */
import type { JWK } from 'jose'
import type { ApplicationRow } from '../../applications/queries.ts'
import { fromBase64, sha256 } from '../../core/crypto.ts'
import type { ClientMetadata } from '../../db/schema.ts'
import type { AppContext } from '../../http.ts'
import type { ClientCertificate, Scope } from '../../platform.ts'
import { keysOfClient } from '../assertions/client-keys.ts'
import { isSameName, parseDistinguishedName } from './distinguished-name.ts'

/** The certificate that came with this request, where the runtime is told to ask for one. */
export function certificateOf(c: AppContext): ClientCertificate | undefined {
  return c.var.scope.platform.clientCertificate?.(c.req.raw)
}

/** Whether this is the application's certificate, by the method that it is registered with. */
export async function isCertificateOf(
  scope: Scope,
  application: ApplicationRow,
  certificate: ClientCertificate,
): Promise<boolean> {
  switch (application.tokenEndpointAuthMethod) {
    case 'tls_client_auth':
      // What an unknown CA says of its subject is nothing.
      return certificate.isVerified && isSubject(application.clientMetadata, certificate)
    case 'self_signed_tls_client_auth': {
      const isIts = ({ x5c }: JWK) => thumbprintOf(x5c?.[0]) === certificate.thumbprint
      const { keys } = await keysOfClient(scope, application, isIts)
      return keys.some(isIts)
    }
    default:
      return false
  }
}

/** Exactly one of them is registered (applications/rules.ts). */
function isSubject(metadata: ClientMetadata, { subject, alternativeNames }: ClientCertificate): boolean {
  const { tlsClientAuthSubjectDn: dn } = metadata
  if (dn !== undefined) return isSameName(parseDistinguishedName(dn), subject)
  const has = (type: string, name: string | undefined) =>
    name !== undefined && alternativeNames.some((one) => one.type === type && one.value === name)
  return (
    has('dns', metadata.tlsClientAuthSanDns?.toLowerCase()) ||
    has('uri', metadata.tlsClientAuthSanUri) ||
    has('ip', metadata.tlsClientAuthSanIp) ||
    has('email', metadata.tlsClientAuthSanEmail)
  )
}

function thumbprintOf(der: string | undefined): string | undefined {
  if (der === undefined) return undefined
  try {
    return sha256(fromBase64(der))
  } catch {
    return undefined
  }
}
