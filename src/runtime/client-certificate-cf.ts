/** Certificates of clients (RFC 8705) as Cloudflare gets them, for hosts that mTLS is switched on for. */
import { type Config, ConfigError } from '../config.ts'
import { toBase64Url } from '../core/crypto.ts'
import { parseDistinguishedName } from '../oidc/certificate/distinguished-name.ts'
import type { Platform } from '../platform.ts'

/** The part of request.cf.tlsClientAuth that is used here; it has no subject alternative names. */
type TlsClientAuth = Partial<
  Record<'certPresented' | 'certVerified' | 'certRevoked' | 'certFingerprintSHA256' | 'certSubjectDNRFC2253', string>
>

export function certificateFinder({ clientCertificates: { from } }: Config): Platform['clientCertificate'] {
  if (from === 'header') throw new ConfigError('CLIENT_CERTIFICATE_HEADER: not on Workers; set CLIENT_CERTIFICATES=tls')
  if (from === 'nowhere') return undefined
  return (request) => {
    const { cf } = request as Request & { readonly cf?: { readonly tlsClientAuth?: TlsClientAuth } }
    const shown = cf?.tlsClientAuth
    const fingerprint = shown?.certFingerprintSHA256 ?? ''
    if (shown?.certPresented !== '1' || !/^[0-9a-f]{64}$/i.test(fingerprint)) return undefined
    const bytes = Uint8Array.from(fingerprint.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))
    return {
      thumbprint: toBase64Url(bytes),
      isVerified: shown.certVerified === 'SUCCESS' && shown.certRevoked !== '1',
      subject: parseDistinguishedName(shown.certSubjectDNRFC2253 ?? '') ?? [],
      alternativeNames: [],
    }
  }
}
