import { expect, test } from 'vitest'
import {
  createSealer,
  equalInConstantTime,
  fromBase64,
  hashToken,
  hmac,
  randomToken,
  toBase64Url,
} from '../../src/core/crypto.ts'

const KEY = Buffer.alloc(32, 1).toString('base64')
const PLACE = { tenantId: 'a', table: 'connectors', row: '1' }

test('a sealed value opens where it was sealed, and says nothing of what is in it', async () => {
  const sealer = createSealer(KEY)
  const sealed = await sealer.seal('hunter2', PLACE)
  expect(sealed).not.toContain('hunter2')
  expect(await sealer.open(sealed, PLACE)).toBe('hunter2')
})

test.each([
  ['another tenant', { ...PLACE, tenantId: 'b' }],
  ['another table', { ...PLACE, table: 'connections' }],
  ['another row', { ...PLACE, row: '2' }],
  ['a place whose parts run together to the same text', { tenantId: 'a', table: 'connectors|1', row: '' }],
])('a sealed value that was copied to %s stays shut', async (_, place) => {
  const sealer = createSealer(KEY)
  await expect(sealer.open(await sealer.seal('secret', PLACE), place)).rejects.toThrow()
})

test('a sealed value stays shut under another key, and when one character of it was changed', async () => {
  const sealer = createSealer(KEY)
  const sealed = await sealer.seal('secret', PLACE)
  await expect(createSealer(Buffer.alloc(32, 2).toString('base64')).open(sealed, PLACE)).rejects.toThrow()
  // Not the last one: some of its bits mean nothing.
  const at = sealed.lastIndexOf('.') + 1
  const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
  await expect(sealer.open(changed, PLACE)).rejects.toThrow()
  await expect(sealer.open('secret', PLACE)).rejects.toThrow()
})

test('two seals of one value differ: nobody sees that two rows hold the same', async () => {
  const sealer = createSealer(KEY)
  expect(await sealer.seal('secret', PLACE)).not.toBe(await sealer.seal('secret', PLACE))
})

test('a master key that is not 32 bytes is refused', () => {
  expect(() => createSealer(Buffer.alloc(31).toString('base64'))).toThrow('MASTER_KEY')
})

test('a signature depends on the purpose, so that a token for one use is none for another', async () => {
  const sealer = createSealer(KEY)
  expect(await sealer.sign('form', 'x')).not.toBe(await sealer.sign('other', 'x'))
  expect(await sealer.sign('form', 'x')).toBe(await createSealer(KEY).sign('form', 'x'))
})

test('a token is 43 characters of base64url, and no two are the same', () => {
  const tokens = Array.from({ length: 100 }, () => randomToken())
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(new Set(tokens).size).toBe(100)
})

test('what is stored of a token is the SHA-256 of FIPS 180-4, in base64url', async () => {
  expect(hashToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})

test('hmac is that of RFC 4231, test case 2', async () => {
  const mac = hmac(new TextEncoder().encode('Jefe'), 'what do ya want for nothing?')
  expect(Buffer.from(fromBase64(mac)).toString('hex')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('base64 is read in both alphabets, with and without padding', () => {
  const bytes = new Uint8Array([251, 255, 190])
  expect(toBase64Url(bytes)).toBe('-_--')
  expect([...fromBase64('-_--')]).toEqual([...bytes])
  expect([...fromBase64('+/++')]).toEqual([...bytes])
  expect([...fromBase64('YQ==')]).toEqual([97])
  expect([...fromBase64('YQ')]).toEqual([97])
  expect([...fromBase64('')]).toEqual([])
})

test('what is no base64 is not read as what of it is (RFC 4648 section 3.3)', () => {
  for (const text of ['Y', 'YWJjZ', 'YQ=Q', 'Y Q=', 'YQ\n', 'YQ.Q', 'é']) {
    expect(() => fromBase64(text)).toThrow()
  }
})

test('texts are the same only if they are, whatever their length', () => {
  expect(equalInConstantTime('abc', 'abc')).toBe(true)
  expect(equalInConstantTime('abc', 'abd')).toBe(false)
  expect(equalInConstantTime('abc', 'abcd')).toBe(false)
  expect(equalInConstantTime('', '')).toBe(true)
})
