import { pbkdf2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  hashPassword,
  MAX_PASSWORD_BYTES,
  type Scrypt,
  scryptOfRuntime,
  verifyNoPassword,
  verifyPassword,
} from '../../src/core/password.ts'

test('a password is stored as a PHC string of scrypt with N=2^14, r=8, p=5, and verifies', async () => {
  const stored = await hashPassword('MyPa33w@rd')
  expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await verifyPassword('MyPa33w@rd', stored)).toBe(true)
  expect(await verifyPassword('MyPa33w@rD', stored)).toBe(false)
})

test('two hashes of one password differ by their salts', async () => {
  expect(await hashPassword('same')).not.toBe(await hashPassword('same'))
})

test('a hash with other costs verifies by the costs that it names', async () => {
  // hashlib.scrypt(b'pleaseletmein', salt=b'SodiumChloride', n=16384, r=8, p=1, dklen=64): RFC 7914 section 12
  const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '')
  const hash = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2'
  const stored = `$scrypt$ln=14,r=8,p=1$${salt}$${Buffer.from(hash, 'hex').toString('base64').replace(/=+$/, '')}`
  expect(await verifyPassword('pleaseletmein', stored)).toBe(true)
})

test.each(['', 'plain', '$2b$12$abc', '$scrypt$ln=14,r=8,p=5$$', '$argon2id$v=19$m=1$a$b'])(
  'a stored text that is no scrypt hash verifies nothing: %s',
  async (stored) => {
    expect(await verifyPassword('x', stored)).toBe(false)
  },
)

test('the two ways to write é are one password (NFKC)', async () => {
  const stored = await hashPassword('caf\u00e9')
  expect(await verifyPassword('cafe\u0301', stored)).toBe(true)
})

test('a password beyond the longest is refused without hashing it', async () => {
  const stored = await hashPassword('x')
  expect(await verifyPassword('x'.repeat(MAX_PASSWORD_BYTES + 1), stored)).toBe(false)
})

test('whatever is there to compare with, our own hash is made once: no answer tells who has an account by how soon it comes', async () => {
  const runs: unknown[] = []
  const counted: Scrypt = (password, salt, bytes, options) => {
    runs.push(options)
    return scryptOfRuntime(password, salt, bytes, options)
  }
  const salt = Buffer.from('saltsaltsaltsalt')
  const quick = pbkdf2Sync('right', salt, 1000, 32, 'sha256')
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  const imported = `$pbkdf2-sha256$i=1000$${text(salt)}$${text(quick)}`
  const ours = await hashPassword('right')
  expect(await verifyNoPassword('wrong', counted)).toBe(false)
  for (const stored of [ours, imported, 'no hash']) expect(await verifyPassword('wrong', stored, counted)).toBe(false)
  for (const stored of [ours, imported]) expect(await verifyPassword('right', stored, counted)).toBe(true)
  expect(runs).toHaveLength(6)
  expect(new Set(runs.map((options) => JSON.stringify(options))).size).toBe(1)
})
