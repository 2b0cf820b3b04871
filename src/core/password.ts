import { Buffer } from 'node:buffer'
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto'
import { fewAtOnce, isWhole, readImportedHash } from './imported-hash.ts'

/** OWASP's scrypt setting of 16 MiB: the largest that fits beside others in a Worker's 128 MiB (README, decisions). */
const COST = { ln: 14, r: 8, p: 5 }
const KEY_BYTES = 32
/** N·r·p of a hash that comes from elsewhere: OWASP's strongest, 128 MiB and half a second. */
const MOST_WORK = 2 ** 20
/** Longer input would only cost time: it is refused before hashing. Bytes of UTF-8. */
export const MAX_PASSWORD_BYTES = 1024

/** scrypt as a runtime does it: never on the thread that answers requests. Throws TooBusy if too many wait for it. */
export type Scrypt = (password: string, salt: Uint8Array, bytes: number, options: ScryptOptions) => Promise<Uint8Array>

/** All three runtimes have it. */
export const scryptOfRuntime: Scrypt = (password, salt, bytes, options) =>
  new Promise((resolve, reject) =>
    scrypt(password, salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key))),
  )

/** A PHC string, `$scrypt$ln=14,r=8,p=5$salt$hash`. Blanks and the form of Unicode letters are kept after NFKC. */
export async function hashPassword(password: string, run?: Scrypt): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, COST, KEY_BYTES, run)
  return `${PREFIX}${unpadded(salt)}$${unpadded(hash)}`
}

const PREFIX = `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$`

/** True for a hash of another make or cost than ours: the next right password replaces it. */
export function needsRehash(stored: string, password: string): boolean {
  return !stored.startsWith(PREFIX) && isWhole(stored, password)
}

/** False for a wrong password, and for a stored text that is no hash that we know. */
export async function verifyPassword(password: string, stored: string, run?: Scrypt): Promise<boolean> {
  // As long as any other check: how soon it is refused would tell who has a password here.
  if (new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES) return verifyNoPassword(password, run)
  const verify = readHash(stored, run)
  if (!verify) return verifyNoPassword(password, run)
  if (stored.startsWith(PREFIX)) return verify(password)
  // A hash that came from elsewhere may take a moment alone, by which one could tell who has such an account.
  const [matches] = await Promise.all([verify(password), verifyNoPassword(password, run)])
  return matches
}

/** Whether a text is a hash that a password can be verified against, made here or elsewhere. */
export function isPasswordHash(stored: string): boolean {
  return readHash(stored) !== undefined
}

function readHash(stored: string, run?: Scrypt): ((password: string) => Promise<boolean>) | undefined {
  return readScrypt(stored, run) ?? readImportedHash(stored)
}

function readScrypt(stored: string, run?: Scrypt) {
  const pattern = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
  const [, ln, r, p, salt = '', hash = ''] = pattern.exec(stored) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  if (!(cost.ln >= 1 && cost.r >= 1 && cost.p >= 1 && 2 ** cost.ln * cost.r * cost.p <= MOST_WORK)) return undefined
  const expected = Buffer.from(hash, 'base64')
  if (expected.length < 16 || expected.length > 64) return undefined
  const verify = async (password: string) => {
    const actual = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length, run)
    return timingSafeEqual(expected, actual)
  }
  return stored.startsWith(PREFIX) ? verify : fewAtOnce(verify)
}

/** Spends the time of a real check, so that an unknown user name answers no sooner than a wrong password. */
export async function verifyNoPassword(password: string, run?: Scrypt): Promise<false> {
  await derive(password.slice(0, MAX_PASSWORD_BYTES), Buffer.alloc(16), COST, KEY_BYTES, run)
  return false
}

async function derive(
  password: string,
  salt: Buffer,
  cost: typeof COST,
  bytes: number,
  run: Scrypt = scryptOfRuntime,
): Promise<Buffer> {
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 512 * 1024 * 1024 }
  return Buffer.from(await run(password.normalize('NFKC'), salt, bytes, options))
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
