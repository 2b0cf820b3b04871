import { textToBase64Url, toBase64Url } from '../core/crypto.ts'
import type { SigningAlgorithm } from '../db/schema.ts'
import type { SigningKey } from './keys.ts'

/** What WebCrypto calls the signature of each algorithm (RFC 7518 section 3.1, RFC 8037). */
const SIGNATURES: Readonly<Record<SigningAlgorithm, AlgorithmIdentifier | EcdsaParams>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
}

/**
 * A compact JWS (RFC 7515 section 7.1) of claims that stand as they are to be sent. It is for what every request for a
 * token pays: jose's SignJWT, which checks what it is given, takes as long again as the signature does.
 */
export async function signJwt(
  { kid, privateKey }: SigningKey,
  { alg, typ }: { readonly alg: SigningAlgorithm; readonly typ?: string },
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const header = textToBase64Url(JSON.stringify({ alg, typ, kid }))
  const signed = `${header}.${textToBase64Url(JSON.stringify(claims))}`
  const signature = await crypto.subtle.sign(SIGNATURES[alg], privateKey, new TextEncoder().encode(signed))
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`
}
