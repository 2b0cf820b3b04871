/**
 * Password hashes that another system made, as they come with users who move here: bcrypt, PBKDF2 and Argon2 in PHC
 * strings (and passlib's spelling of PBKDF2). They are verified until the first sign-in, which replaces them.
 */
import { Buffer } from 'node:buffer'
import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { argon2dAsync, argon2iAsync, argon2idAsync } from '@noble/hashes/argon2.js'
import bcrypt from 'bcryptjs'

/** What a hash may cost to verify: more would let whoever imports one occupy the server with each sign-in. */
const MOST = { bcryptCost: 14, iterations: 2_000_000, memoryKiB: 128 * 1024, passes: 10, lanes: 16 }

type Verify = (password: string) => Promise<boolean>

const ARGON2 = { argon2i: argon2iAsync, argon2d: argon2dAsync, argon2id: argon2idAsync }

/** How to verify a password against a stored text; undefined if it is no hash that we know, or costs too much. */
export function readImportedHash(stored: string): Verify | undefined {
  return readBcrypt(stored) ?? readPbkdf2(stored) ?? readArgon2(stored)
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
