/** Makes certificates (RFC 5280) with EC P-256 keys. Loaded only when one is made: the package takes long to load. */
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'
import { isIpAddress } from '../core/outbound-url.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const AUTHORITY_DAYS = 3650
/** What browsers take from a server at most (CA/Browser Forum ballot SC31). */
const SERVER_DAYS = 397
const KEY = { name: 'ECDSA', namedCurve: 'P-256' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const

/** A new authority: its private key and its own certificate, in PEM, one after the other. */
export async function createAuthority(now: Date): Promise<string> {
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // A name of its own for each: browsers confuse authorities that share one.
    name: `CN=postern local CA ${serialNumber().slice(2, 10)}`,
    ...validity(now, AUTHORITY_DAYS),
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return (await keyToPem(keys.privateKey)) + toPem(certificate)
}

/** A new server key and its certificate for `names` (host names and addresses), in PEM, one after the other. */
export async function issueCertificate(
  authority: { readonly key: string; readonly cert: string },
  names: readonly string[],
  now: Date,
): Promise<string> {
  const issuer = new x509.X509Certificate(authority.cert)
  const pkcs8 = x509.PemConverter.decodeFirst(authority.key)
  const keys = await crypto.subtle.generateKey(KEY, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    ...validity(now, SERVER_DAYS),
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', pkcs8, KEY, false, ['sign']),
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(toGeneralName)),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return (await keyToPem(keys.privateKey)) + toPem(certificate)
}

function toGeneralName(name: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIpAddress(name) ? 'ip' : 'dns', value: name }
}

/** Begins a day ago, for machines whose clocks differ. */
function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + days * DAY_MS) }
}

/** 16 random bytes in hex, positive as RFC 5280 section 4.1.2.2 wants. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `4${Buffer.from(bytes).toString('hex').slice(1)}`
}

async function keyToPem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

function toPem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}
