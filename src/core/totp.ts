/** Time-based one-time passwords (RFC 6238): six digits of SHA-1 every 30 seconds, what every authenticator app does. */
import { base32 } from 'oslo/encoding'
import { generateHOTP } from 'oslo/otp'
import { equalInConstantTime, randomBytes } from './crypto.ts'

const STEP_SECONDS = 30
/** RFC 6238 section 5.2 recommends one step back for the way; one ahead is for a clock that is fast. */
const WINDOW = 1
/** RFC 4226 section 4, R6, recommends 160 bits. */
const SEED_BYTES = 20

export function newSeed(): Uint8Array<ArrayBuffer> {
  return randomBytes(SEED_BYTES)
}

/** Which time step a moment lies in. */
export function timeStep(now: Date): number {
  return Math.floor(now.getTime() / 1000 / STEP_SECONDS)
}

/** The code of one time step. */
export function totpCode(seed: Uint8Array<ArrayBuffer>, step: number): Promise<string> {
  return generateHOTP(seed, step)
}

/** The time step around `now` that a code is of, whatever blanks stand in it; undefined for a wrong one. */
export async function matchingStep(
  seed: Uint8Array<ArrayBuffer>,
  code: string,
  now: Date,
): Promise<number | undefined> {
  const typed = code.replace(/\s/g, '')
  const steps = Array.from({ length: 2 * WINDOW + 1 }, (_, i) => timeStep(now) - WINDOW + i)
  const codes = await Promise.all(steps.map((step) => totpCode(seed, step)))
  const found = codes.map((one) => equalInConstantTime(one, typed)).lastIndexOf(true)
  return steps[found]
}

/** The seed as people type it: base32, in groups of four. */
export function seedInWords(seed: Uint8Array): string {
  return (base32.encode(seed, { includePadding: false }).match(/.{1,4}/g) ?? []).join(' ')
}

/** What the QR code says (Google Authenticator's key URI format). */
export function keyUri(seed: Uint8Array, issuer: string, account: string): string {
  const secret = base32.encode(seed, { includePadding: false })
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`
}
