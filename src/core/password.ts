import { Buffer } from 'node:buffer'
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** OWASP's scrypt setting of 16 MiB: the largest that fits beside others in a Worker's 128 MiB (README, decisions). */
const COST = { ln: 14, r: 8, p: 5 }
const KEY_BYTES = 32
/** Longer input would only cost time: it is refused before hashing. Bytes of UTF-8. */
export const MAX_PASSWORD_BYTES = 1024

/** A PHC string, `$scrypt$ln=14,r=8,p=5$salt$hash`. Blanks and the form of Unicode letters are kept after NFKC. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST)
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${unpadded(salt)}$${unpadded(hash)}`
}

/** False for a wrong password, and for a stored text that is no scrypt PHC string. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored)
  // As long as any other check: how soon it is refused would tell who has a password here.
  if (!parsed || new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES) return verifyNoPassword(password)
  const [, ln, r, p, salt = '', hash = ''] = parsed
  const expected = Buffer.from(hash, 'base64')
  const actual = await derive(password, Buffer.from(salt, 'base64'), { ln: Number(ln), r: Number(r), p: Number(p) })
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** Spends the time of a real check, so that an unknown user name answers no sooner than a wrong password. */
export async function verifyNoPassword(password: string): Promise<false> {
  await derive(password.slice(0, MAX_PASSWORD_BYTES), Buffer.alloc(16), COST)
  return false
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 256 * 1024 * 1024 }
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  )
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
