/** Symmetric secrets as Standard Webhooks has them: `whsec_` and 24 to 64 bytes in base64. */
import { fromBase64, hmacBase64, randomBytes, toBase64 } from './crypto.ts'

const PREFIX = 'whsec_'
const LEAST_BYTES = 24
const MOST_BYTES = 64

export function newSigningSecret(): string {
  return PREFIX + toBase64(randomBytes(32))
}

/** Whether a text is such a secret. */
export function isSigningSecret(text: string): boolean {
  const [, key] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  if (key === undefined || key.length % 4 !== 0) return false
  const { length } = fromBase64(key)
  return length >= LEAST_BYTES && length <= MOST_BYTES
}

/** The signature of a message under one secret, with its version: `v1,` and HMAC-SHA256 in base64. */
export function signatureOf(secret: string, id: string, timestamp: string, payload: string): string {
  return `v1,${hmacBase64(fromBase64(secret.slice(PREFIX.length)), `${id}.${timestamp}.${payload}`)}`
}
