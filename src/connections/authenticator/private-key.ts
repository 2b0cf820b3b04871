/** A connection's own key: PKCS #8 that was uploaded or is made here, and its public half for the provider. */
import { withoutUndefined } from '../../core/members.ts'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importPKCS8, type JWK } from 'jose'
import { fromBase64 } from '../../core/crypto.ts'
import { Problem } from '../../core/errors.ts'
import type { Authenticator } from '../../db/schema.ts'

export type KeyAlgorithm = NonNullable<Authenticator['keyAlgorithm']>

export type KeyPair = {
  /** PKCS #8 in PEM: a secret. */
  readonly pem: string
  readonly algorithm: KeyAlgorithm
  /** With `kid`, `alg` and `use`. */
  readonly publicKey: JWK & { readonly kid: string }
}

const ALGORITHMS: readonly KeyAlgorithm[] = ['ES256', 'RS256', 'EdDSA']

/** A key of our own. Its kid is its thumbprint (RFC 7638), unless the provider knows it by another. */
export async function makeKey(algorithm: KeyAlgorithm = 'ES256', kid?: string): Promise<KeyPair> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  return keyPair(await exportPKCS8(pair.privateKey), await exportJWK(pair.publicKey), algorithm, kid)
}

/** The key in a PEM, of `wanted` or what it is by itself. Problem 400 for any other text, and for a weak key. */
export async function readKey(pem: string, wanted: KeyAlgorithm | undefined, kid?: string): Promise<KeyPair> {
  for (const algorithm of wanted === undefined ? ALGORITHMS : [wanted]) {
    const jwk = await privateJwk(pem, algorithm)
    if (jwk && isStrong(jwk)) return keyPair(pem, jwk, algorithm, kid)
  }
  const kinds = wanted === undefined ? 'RSA of 2,048 bits or more, EC on P-256, or Ed25519' : `for ${wanted}`
  const message = `Give a private key in PKCS #8 (it begins with -----BEGIN PRIVATE KEY-----): ${kinds}.`
  throw new Problem(400, 'The authenticator is not complete.', [{ field: 'authenticator.privateKey', message }])
}

/** Whether the private half of this key can sign by `algorithm`. */
export function isKeyFor(publicKey: JWK, algorithm: KeyAlgorithm): boolean {
  const kind = { ES256: 'EC', RS256: 'RSA', PS256: 'RSA', EdDSA: 'OKP' }[algorithm]
  return publicKey.kty === kind
}

async function privateJwk(pem: string, algorithm: KeyAlgorithm): Promise<JWK | undefined> {
  try {
    return await exportJWK(await importPKCS8(pem.trim(), algorithm, { extractable: true }))
  } catch {
    return undefined
  }
}

function isStrong({ n }: JWK): boolean {
  return n === undefined || fromBase64(n).length >= 256
}

async function keyPair(pem: string, jwk: JWK, algorithm: KeyAlgorithm, kid?: string): Promise<KeyPair> {
  const { kty, crv, x, y, n, e } = jwk
  const half = kty === 'RSA' ? { kty, n, e } : kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x }
  const publicHalf = withoutUndefined(half) as JWK
  const name = kid ?? (await calculateJwkThumbprint(publicHalf))
  return { pem: pem.trim(), algorithm, publicKey: { ...publicHalf, kid: name, alg: algorithm, use: 'sig' } }
}
