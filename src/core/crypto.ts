import { Buffer } from 'node:buffer'
import { createHash, createHmac } from 'node:crypto'
import { constantTimeEqual } from 'oslo/crypto'
import { base64 } from 'oslo/encoding'

const text = new TextEncoder()

export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count))
}

/** `bytes` random bytes in base64url: 32 (the default) make a token that cannot be guessed. */
export function randomToken(bytes = 32): string {
  return toBase64Url(randomBytes(bytes))
}

/** `count` random letters of an alphabet of at most 256, each as likely as the others. */
export function randomLetters(alphabet: string, count: number): string {
  // A byte beyond the last whole alphabet would make the first letters likelier.
  const limit = 256 - (256 % alphabet.length)
  let letters = ''
  while (letters.length < count) {
    for (const byte of randomBytes(count)) {
      if (byte < limit && letters.length < count) letters += alphabet.charAt(byte % alphabet.length)
    }
  }
  return letters
}

/**
 * What is stored of a secret of high entropy (token, code, client secret): SHA-256 in base64url. Not by WebCrypto, which
 * takes twenty times as long for so little.
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** SHA-256 of bytes, in base64url: thumbprints of certificates (RFC 8705 section 3.1). */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** The left half of a token's hash, by the hash that the signature has in it (OpenID Connect Core section 3.1.3.6). */
export function leftHalfOfHash(token: string, hash: 'sha256' | 'sha512'): string {
  const digest = createHash(hash).update(token).digest()
  return toBase64Url(digest.subarray(0, digest.length / 2))
}

/** HMAC-SHA256 of `message` under `key`, in base64url. */
export function hmac(key: Uint8Array, message: string): string {
  return createHmac('sha256', key).update(message).digest('base64url')
}

/** The same in plain base64, padded. */
export function hmacBase64(key: Uint8Array, message: string): string {
  return createHmac('sha256', key).update(message).digest('base64')
}

/** Compares two strings in a time that tells nothing of where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  return constantTimeEqual(text.encode(a), text.encode(b))
}

export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** The UTF-8 of a text in base64url. */
export function textToBase64Url(value: string): string {
  return Buffer.from(value).toString('base64url')
}

/** Plain base64, padded. */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes)
}

/** Reads base64url and plain base64, with or without padding; throws on anything else. */
export function fromBase64(value: string): Uint8Array<ArrayBuffer> {
  const padding = value.indexOf('=')
  const length = padding < 0 ? value.length : padding
  // Buffer passes over what it does not know.
  if (length % 4 === 1 || !/^[\w+/-]*=*$/.test(value)) throw new Error('not base64')
  return new Uint8Array(Buffer.from(value, 'base64'))
}

/** Where a sealed value stands. It opens only there: a row copied to another tenant, table or row stays shut. */
export type SealedPlace = { readonly tenantId: string; readonly table: string; readonly row: string }

/** Seals secrets at rest with AES-256-GCM under MASTER_KEY; the place is the associated data. */
export type Sealer = {
  seal(plaintext: string, place: SealedPlace): Promise<string>
  /** Throws if the value was changed, stands in another place, or was sealed under another key. */
  open(sealed: string, place: SealedPlace): Promise<string>
  /** HMAC under a key derived from MASTER_KEY, for values that we give out and take back (form tokens). */
  sign(purpose: string, message: string): Promise<string>
}

/** `masterKey` is 32 bytes in base64. */
export function createSealer(masterKey: string): Sealer {
  const bytes = fromBase64(masterKey)
  if (bytes.length !== 32) throw new Error('MASTER_KEY: must be 32 bytes in base64')
  const key = crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const signingKey = fromBase64(hmac(bytes, 'postern signing key'))
  return {
    async seal(plaintext, place) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const sealed = await crypto.subtle.encrypt(gcm(iv, place), await key, text.encode(plaintext))
      return `v1.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`
    },
    async open(sealed, place) {
      const [version, iv, data] = sealed.split('.')
      if (version !== 'v1' || !iv || !data) throw new Error('not a sealed value')
      const plain = await crypto.subtle.decrypt(gcm(fromBase64(iv), place), await key, fromBase64(data))
      return new TextDecoder().decode(plain)
    },
    async sign(purpose, message) {
      return hmac(signingKey, `${purpose}\n${message}`)
    },
  }
}

function gcm(iv: Uint8Array<ArrayBuffer>, place: SealedPlace): AesGcmParams {
  const place_ = [place.tenantId, place.table, place.row].map(encodeURIComponent).join('|')
  return { name: 'AES-GCM', iv, additionalData: text.encode(place_) }
}
