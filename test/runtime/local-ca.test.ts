import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { createFileOnce } from '../../src/runtime/files.ts'
import { openLocalCertificate } from '../../src/runtime/local-ca.ts'
import { readMasterKey } from '../../src/runtime/master-key.ts'
import { startChild, temporaryDirectory } from '../support/child.ts'

const NOW = new Date()
const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000)
const open = (directory: string, { host = 'localhost', now = NOW, dataDir = directory } = {}) =>
  openLocalCertificate(join(directory, 'ca'), dataDir, host, now)

test('the certificate is for localhost, both loopback addresses and the host of BASE_URL, and from the CA', async () => {
  const { cert, ca } = await open(temporaryDirectory(), { host: 'id.example' })
  const leaf = new X509Certificate(cert)
  expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:id.example')
  expect(leaf.verify(new X509Certificate(ca).publicKey)).toBe(true)
  expect(leaf.ca).toBe(false)
})

test('private keys can be read by their owner alone, the CA certificate by all', async () => {
  const directory = temporaryDirectory()
  await open(directory)
  const mode = (path: string) => (statSync(join(directory, path)).mode & 0o777).toString(8)
  expect([mode('ca/ca.key'), mode('tls/server.pem'), mode('ca/ca.pem')]).toEqual(['600', '600', '644'])
  expect(readFileSync(join(directory, 'ca/ca.pem'), 'utf8')).not.toContain('PRIVATE')
})

test('a second start uses the same certificate', async () => {
  const directory = temporaryDirectory()
  expect(await open(directory)).toEqual(await open(directory))
})

test('it is renewed within its last 30 days, for another host, and when it is spoilt; the CA stays', async () => {
  const directory = temporaryDirectory()
  const first = await open(directory)
  expect((await open(directory, { now: days(366) })).cert).toBe(first.cert)
  const late = await open(directory, { now: days(368) })
  expect(late.cert).not.toBe(first.cert)
  const renamed = await open(directory, { host: 'id.example' })
  expect(renamed.cert).not.toBe(late.cert)
  writeFileSync(join(directory, 'tls/server.pem'), 'no certificate')
  const repaired = await open(directory, { host: 'id.example' })
  expect(new X509Certificate(repaired.cert).verify(new X509Certificate(first.ca).publicKey)).toBe(true)
  expect(repaired.ca).toBe(first.ca)
})

test('a certificate of another CA is replaced', async () => {
  const [one, two] = [temporaryDirectory(), temporaryDirectory()]
  const first = await open(one)
  const second = await open(two, { dataDir: one })
  expect(second.cert).not.toBe(first.cert)
  expect(new X509Certificate(second.cert).verify(new X509Certificate(second.ca).publicKey)).toBe(true)
})

test('a CA file that holds no CA is refused by its name, and not overwritten', async () => {
  const directory = temporaryDirectory()
  await open(directory)
  const path = join(directory, 'ca/ca.key')
  writeFileSync(path, 'something else')
  await expect(open(directory)).rejects.toThrow(`${path} does not hold a private key and a certificate`)
  expect(readFileSync(path, 'utf8')).toBe('something else')
})

test('servers that start in the same moment end with one CA and one master key', async () => {
  const directory = temporaryDirectory()
  const script = `
    import { openLocalCertificate } from './src/runtime/local-ca.ts'
    import { readMasterKey } from './src/runtime/master-key.ts'
    const dataDir = ${JSON.stringify(directory)}
    const { ca } = await openLocalCertificate(dataDir + '/ca', dataDir + '/' + process.argv[1], 'localhost', new Date())
    console.log(JSON.stringify([ca, readMasterKey(undefined, dataDir)]))`
  const starts = Array.from({ length: 6 }, (_, i) =>
    startChild(process.execPath, ['--input-type=module', '--eval', script, String(i)]),
  )
  const exits = await Promise.all(starts.map((child) => child.waitExit()))
  expect(exits.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0])
  expect(new Set(starts.map((child) => child.output('stdout'))).size).toBe(1)
  expect(readdirSync(join(directory, 'ca')).sort()).toEqual(['ca.key', 'ca.pem'])
})

test('MASTER_KEY is taken as given; without it one of 32 bytes is made once, for its owner alone', () => {
  const directory = temporaryDirectory()
  expect(readMasterKey('given', directory)).toBe('given')
  expect(readdirSync(directory)).toEqual([])
  const made = readMasterKey(undefined, directory)
  expect(Buffer.from(made, 'base64')).toHaveLength(32)
  expect(readMasterKey(undefined, directory)).toBe(made)
  expect(statSync(join(directory, 'master.key')).mode & 0o777).toBe(0o600)
})

test('a file that another process makes between the look and the write is kept (two starts in one moment)', () => {
  const path = join(temporaryDirectory(), 'secret')
  createFileOnce(path, () => {
    createFileOnce(path, () => 'the faster one')
    return 'the slower one'
  })
  expect(readFileSync(path, 'utf8')).toBe('the faster one')
  expect(readdirSync(dirname(path))).toEqual(['secret'])
})
