/** A certificate authority for one machine, so that its servers have TLS and trust each other without set-up. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isIpAddress } from '../core/outbound-url.ts'
import { createFileOnce, replaceFile } from './files.ts'

const RENEW_BEFORE_MS = 30 * 24 * 60 * 60 * 1000
const NAMES = ['localhost', '127.0.0.1', '::1'] as const

export type ServerCertificate = {
  /** Key and certificate in PEM, for the server. */
  readonly key: string
  readonly cert: string
  /** The CA's certificate in PEM, and where it lies for others (curl --cacert, NODE_EXTRA_CA_CERTS). */
  readonly ca: string
  readonly caPath: string
}

/**
 * A certificate for localhost and `host` from the CA under `caDir`; both are made where they are missing, and the
 * certificate is renewed when it nears its end, lacks a name, or comes from another CA. It is kept under `dataDir`/tls.
 */
export async function openLocalCertificate(
  caDir: string,
  dataDir: string,
  host: string,
  now: Date,
): Promise<ServerCertificate> {
  const authority = await openAuthority(caDir, now)
  const names = [...new Set([...NAMES, host])]
  const path = join(dataDir, 'tls', 'server.pem')
  mkdirSync(join(dataDir, 'tls'), { recursive: true })
  if (!isUsable(path, authority.cert, names, now)) {
    const { issueCertificate } = await import('./certificates.ts')
    replaceFile(path, await issueCertificate(authority, names, now))
  }
  return { ...readPair(path), ca: authority.cert, caPath: authority.caPath }
}

/** ca.key holds key and certificate together, so that one file's creation decides; ca.pem is the copy to hand out. */
async function openAuthority(caDir: string, now: Date): Promise<{ key: string; cert: string; caPath: string }> {
  mkdirSync(caDir, { recursive: true })
  const [keyPath, caPath] = [join(caDir, 'ca.key'), join(caDir, 'ca.pem')]
  if (!existsSync(keyPath)) {
    const { createAuthority } = await import('./certificates.ts')
    const made = await createAuthority(now)
    createFileOnce(keyPath, () => made)
  }
  const authority = readPair(keyPath)
  if (!existsSync(caPath) || readFileSync(caPath, 'utf8') !== authority.cert) {
    replaceFile(caPath, authority.cert, 0o644)
  }
  return { ...authority, caPath }
}

/** Splits a file of one private key and one certificate. Throws an Error that names the file. */
function readPair(path: string): { key: string; cert: string } {
  const text = readFileSync(path, 'utf8')
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(text)?.[0]
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(text)?.[0]
  if (!key || !cert) throw new Error(`${path} does not hold a private key and a certificate`)
  return { key, cert }
}

function isUsable(path: string, ca: string, names: readonly string[], now: Date): boolean {
  try {
    const pair = readPair(path)
    const leaf = new X509Certificate(pair.cert)
    const endsAt = new Date(leaf.validTo).getTime()
    const hasNames = names.every(
      (name) => (isIpAddress(name) ? leaf.checkIP(name) : leaf.checkHost(name)) !== undefined,
    )
    const isOurs = leaf.verify(new X509Certificate(ca).publicKey) && leaf.checkPrivateKey(createPrivateKey(pair.key))
    return isOurs && hasNames && endsAt - now.getTime() > RENEW_BEFORE_MS
  } catch {
    // Missing or spoilt: a new one costs nothing.
    return false
  }
}
