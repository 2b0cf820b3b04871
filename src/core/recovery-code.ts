/** Recovery codes: 50 random bits each, written without letters that are taken for others (Crockford's base32). */
import { randomBytes } from './crypto.ts'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 10
const COUNT = 10

/** Ten codes, such as `3f9kq-x0z7m`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: COUNT }, () => {
    // A byte's upper three bits are left out: 32 letters come out evenly.
    const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte & 31]).join('')
    return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`
  })
}

/** A code as it is compared: without blanks and dashes, and with what was misread put right. */
export function normalRecoveryCode(typed: string): string {
  return typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
}
