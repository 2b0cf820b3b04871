/**
 * Password hashes that another system made, as they come with users who move here: bcrypt, PBKDF2 and Argon2 in PHC
 * strings (and passlib's spelling of PBKDF2). They are verified until the first sign-in, which replaces them.
 */
import { Buffer } from 'node:buffer'
import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { argon2dAsync, argon2iAsync, argon2idAsync } from '@noble/hashes/argon2.js'
import bcrypt from 'bcryptjs'

/** What a hash may cost to verify: more would let whoever imports one occupy the server with each sign-in. */
const MOST = { bcryptCost: 14, iterations: 2_000_000, memoryKiB: 128 * 1024, passes: 10, lanes: 16, work: 256 * 1024 }
/** So many are verified at once: they take much longer than ours, which must not wait for them. */
const AT_ONCE = 2
const TURN_MS = 20
/** bcrypt looks at so many bytes of a password. */
const BCRYPT_BYTES = 72

type Verify = (password: string) => Promise<boolean>

const ARGON2 = { argon2i: argon2iAsync, argon2d: argon2dAsync, argon2id: argon2idAsync }

/** How to verify a password against a stored text; undefined if it is no hash that we know, or costs too much. */
export function readImportedHash(stored: string): Verify | undefined {
  const verify = readBcrypt(stored) ?? readPbkdf2(stored) ?? readArgon2(stored)
  return verify && fewAtOnce(verify)
}

let underWay = 0

/** Waits its turn, by the clock: on Workers one request cannot wake another. */
export function fewAtOnce(verify: Verify): Verify {
  return async (password) => {
    while (underWay >= AT_ONCE) await new Promise((resolve) => setTimeout(resolve, TURN_MS))
    underWay++
    try {
      return await verify(password)
    } finally {
      underWay--
    }
  }
}

/** Whether a hash is of all of a password: of a longer one bcrypt knows the beginning, and whatever follows is right. */
export function isWhole(stored: string, password: string): boolean {
  return !stored.startsWith('$2') || Buffer.byteLength(password) <= BCRYPT_BYTES
}

function readBcrypt(stored: string): Verify | undefined {
  const cost = Number(/^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(stored)?.[1] ?? 0)
  if (cost < 4 || cost > MOST.bcryptCost) return undefined
  return (password) => bcrypt.compare(password, stored)
}

function readPbkdf2(stored: string): Verify | undefined {
  const pattern = /^\$pbkdf2-(sha1|sha256|sha512)\$(?:i=)?(\d{1,8})(?:,l=\d+)?\$([A-Za-z0-9+/.]+)\$([A-Za-z0-9+/.]+)$/
  const [, digest, iterationText, saltText, hashText] = pattern.exec(stored) ?? []
  const iterations = Number(iterationText)
  if (!digest || !saltText || !hashText || iterations < 1 || iterations > MOST.iterations) return undefined
  const [salt, expected] = [fromPhc(saltText), fromPhc(hashText)]
  if (expected.length < 16 || expected.length > 64) return undefined
  return (password) =>
    new Promise((resolve) => {
      // Workers refuse more than 100,000 rounds: there the person sets a new password.
      pbkdf2(password, salt, iterations, expected.length, digest, (error, actual) => {
        resolve(!error && timingSafeEqual(actual, expected))
      })
    })
}

function readArgon2(stored: string): Verify | undefined {
  const pattern =
    /^\$(argon2id|argon2i|argon2d)\$v=(16|19)\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
  const [, kind, version, memory, passes, lanes, saltText, hashText] = pattern.exec(stored) ?? []
  const [m, t, p] = [Number(memory), Number(passes), Number(lanes)]
  if (!kind || !saltText || !hashText || !(kind in ARGON2)) return undefined
  if (!(t >= 1 && t <= MOST.passes && p >= 1 && p <= MOST.lanes && m >= 8 * p && m <= MOST.memoryKiB)) return undefined
  if (m * t > MOST.work) return undefined
  const [salt, expected] = [fromPhc(saltText), fromPhc(hashText)]
  if (salt.length < 8 || expected.length < 16 || expected.length > 64) return undefined
  return async (password) => {
    const derive = ARGON2[kind as keyof typeof ARGON2]
    const actual = await derive(password, salt, { m, t, p, dkLen: expected.length, version: Number(version) })
    return timingSafeEqual(actual, expected)
  }
}

/** passlib writes a dot where base64 has a plus. */
function fromPhc(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}
