/** Certificates of clients as the runtimes get them (RFC 8705, RFC 9440). */
import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from '../../src/config.ts'
import { certificateFinder, rememberConnection } from '../../src/runtime/client-certificate.ts'
import { certificateFinder as cloudflareFinder } from '../../src/runtime/client-certificate-cf.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const NAME = 'C=DE, O=Ac\\, me, CN=client one'
const SUBJECT = ['CN=client one', 'O=Ac, me', 'C=DE']

async function makeCertificate(name: string, issuer?: Made): Promise<Made> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: issuer?.certificate.subject ?? name,
    signingKey: issuer?.keys.privateKey ?? keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 3_600_000),
    extensions: issuer
      ? [
          new x509.SubjectAlternativeNameExtension([
            { type: 'dns', value: 'Client.example' },
            { type: 'url', value: 'https://client.example/id' },
            { type: 'ip', value: '10.0.0.1' },
            { type: 'email', value: 'a@client.example' },
          ]),
        ]
      : [new x509.BasicConstraintsExtension(true)],
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const der = Buffer.from(certificate.rawData)
  return {
    keys,
    certificate,
    der,
    pem: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
    thumbprint: createHash('sha256').update(der).digest('base64url'),
  }
}
type Made = {
  readonly keys: CryptoKeyPair
  readonly certificate: x509.X509Certificate
  readonly der: Buffer
  readonly pem: string
  readonly key: string
  readonly thumbprint: string
}

let ca: Made
let client: Made
let selfSigned: Made
beforeAll(async () => {
  x509.cryptoProvider.set(crypto)
  ca = await makeCertificate('CN=CA')
  client = await makeCertificate(NAME, ca)
  selfSigned = await makeCertificate(NAME)
})

const ALTERNATIVE_NAMES = [
  { type: 'dns', value: 'client.example' },
  { type: 'uri', value: 'https://client.example/id' },
  { type: 'ip', value: '10.0.0.1' },
  { type: 'email', value: 'a@client.example' },
]

test('no setting, no certificate: a header that anybody may send counts for nothing', () => {
  expect(certificateFinder(parseConfig({}))).toBeUndefined()
  expect(cloudflareFinder(parseConfig({}))).toBeUndefined()
})

test.each([
  [{ CLIENT_CERTIFICATES: 'maybe' }, 'CLIENT_CERTIFICATES'],
  [{ CLIENT_CERTIFICATE_HEADER: 'a b' }, 'CLIENT_CERTIFICATE_HEADER'],
  [{ CLIENT_CERTIFICATE_VERIFIED_HEADER: 'X-Verified' }, 'CLIENT_CERTIFICATE_VERIFIED_HEADER'],
  [{ CLIENT_CERTIFICATES: 'tls', CLIENT_CERTIFICATE_HEADER: 'Client-Cert' }, 'CLIENT_CERTIFICATE_HEADER'],
])('%o refuses to start, and says which', (env, name) => {
  expect(() => parseConfig(env)).toThrow(ConfigError)
  expect(() => parseConfig(env)).toThrow(name)
})

describe('in the header of a proxy', () => {
  const env = { CLIENT_CERTIFICATE_HEADER: 'Client-Cert', CLIENT_CERTIFICATE_VERIFIED_HEADER: 'X-Verified' }
  const find = (headers: Record<string, string>, settings: Record<string, string> = env) =>
    certificateFinder(parseConfig(settings))?.(new Request('https://localhost/', { headers }))
  const rfc9440 = () => `:${client.der.toString('base64')}:`

  test('as RFC 9440 has it, and as nginx does', () => {
    const expected = { thumbprint: client.thumbprint, subject: SUBJECT, alternativeNames: ALTERNATIVE_NAMES }
    expect(find({ 'Client-Cert': rfc9440() })).toEqual({ ...expected, isVerified: false })
    expect(find({ 'Client-Cert': encodeURIComponent(client.pem) })).toEqual({ ...expected, isVerified: false })
  })

  test('it is verified if the proxy says so in the other header, and not otherwise', () => {
    const isVerified = (said: Record<string, string>, settings = env) =>
      find({ 'Client-Cert': rfc9440(), ...said }, settings)?.isVerified
    expect(isVerified({ 'X-Verified': 'SUCCESS' })).toBe(true)
    for (const said of ['FAILED:self signed certificate', 'NONE', '', 'success']) {
      expect(isVerified({ 'X-Verified': said })).toBe(false)
    }
    const { CLIENT_CERTIFICATE_VERIFIED_HEADER: _named, ...unnamed } = env
    expect(find({ 'Client-Cert': rfc9440(), 'X-Verified': 'SUCCESS' }, unnamed)?.isVerified).toBe(false)
  })

  test.each(['', 'nonsense', ':AAAA:', '%', '-----BEGIN CERTIFICATE-----'])('%j is none', (header) => {
    expect(find({ 'Client-Cert': header })).toBeUndefined()
  })
})

describe('in the TLS handshake, on Node', () => {
  const find = certificateFinder(parseConfig({ CLIENT_CERTIFICATES: 'tls' }))
  let server: ReturnType<typeof createServer>
  beforeAll(async () => {
    const own = await makeCertificate('CN=localhost')
    const options = { cert: own.pem, key: own.key, requestCert: true, rejectUnauthorized: false, ca: ca.pem }
    server = createServer(options, (incoming, outgoing) => {
      const request = new Request('https://localhost/')
      rememberConnection(request, incoming.socket)
      outgoing.end(JSON.stringify(find?.(request) ?? null))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => server.close())

  const ask = (shown?: Made) =>
    new Promise<unknown>((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      const certificate = shown ? { cert: shown.pem, key: shown.key } : {}
      const options = { port, host: '127.0.0.1', rejectUnauthorized: false, agent: false, ...certificate }
      httpsRequest(options, async (answer) => {
        const parts: Buffer[] = []
        for await (const part of answer) parts.push(part as Buffer)
        resolve(JSON.parse(Buffer.concat(parts).toString()))
      })
        .on('error', reject)
        .end()
    })

  test('one that a known CA issued is verified', async () => {
    expect(await ask(client)).toEqual({
      thumbprint: client.thumbprint,
      isVerified: true,
      subject: SUBJECT,
      alternativeNames: ALTERNATIVE_NAMES,
    })
  })

  test('one that nobody vouches for is not', async () => {
    expect(await ask(selfSigned)).toMatchObject({ thumbprint: selfSigned.thumbprint, isVerified: false })
  })

  test('without one the connection is as good', async () => {
    expect(await ask()).toBeNull()
  })
})

describe('on Cloudflare', () => {
  const find = (tlsClientAuth?: Record<string, string>) => {
    const request = Object.assign(new Request('https://localhost/'), { cf: { tlsClientAuth } })
    return cloudflareFinder(parseConfig({ CLIENT_CERTIFICATES: 'tls' }))?.(request)
  }
  const shown = () => ({
    certPresented: '1',
    certVerified: 'SUCCESS',
    certRevoked: '0',
    certFingerprintSHA256: Buffer.from(client.thumbprint, 'base64url').toString('hex'),
    certSubjectDNRFC2253: 'CN=client one,O=Ac\\, me,C=DE',
  })

  test('there is no proxy to say it in a header: such a setting is refused and not passed over', () => {
    const config = parseConfig({ CLIENT_CERTIFICATE_HEADER: 'Client-Cert' })
    expect(() => cloudflareFinder(config)).toThrow('CLIENT_CERTIFICATE_HEADER')
  })

  test('fingerprint and subject are those of the certificate', () => {
    const { thumbprint } = client
    expect(find(shown())).toEqual({ thumbprint, isVerified: true, subject: SUBJECT, alternativeNames: [] })
  })

  test.each([
    ['that nobody vouches for', { certVerified: 'FAILED:self signed certificate' }],
    ['that was revoked', { certRevoked: '1' }],
  ])('one %s is not verified', (_what, change) => {
    expect(find({ ...shown(), ...change })?.isVerified).toBe(false)
  })

  test('there is none where none was shown', () => {
    expect(find()).toBeUndefined()
    expect(find({ ...shown(), certPresented: '0' })).toBeUndefined()
    expect(find({ ...shown(), certFingerprintSHA256: '' })).toBeUndefined()
  })
})
