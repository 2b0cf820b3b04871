/** Keys of clients, and what is signed with them: DPoP proofs, client assertions and request objects. */
import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import type { TestWorld } from '../../support/app.ts'

export type ClientKey = {
  readonly alg: string
  readonly sign: CryptoKey
  readonly jwk: Record<string, unknown>
  readonly privateJwk: Record<string, unknown>
  readonly jkt: string
}

export async function clientKey(alg = 'ES256'): Promise<ClientKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const [jwk, privateJwk] = [await exportJWK(publicKey), await exportJWK(privateKey)]
  return {
    alg,
    sign: privateKey,
    jwk: { ...jwk },
    privateJwk: { ...privateJwk },
    jkt: await calculateJwkThumbprint(jwk),
  }
}

export const secondsOf = (world: TestWorld) => Math.floor(world.platform.now().getTime() / 1000)

type Claims = Readonly<Record<string, unknown>>

/** A good proof for this request, but for `claims` and `header`; what is undefined is left out. */
export function proofFor(
  world: TestWorld,
  key: ClientKey,
  [method, url]: readonly [method: string, url: string],
  claims: Claims = {},
  header: Claims = {},
): Promise<string> {
  const all = { jti: crypto.randomUUID(), htm: method, htu: url, iat: secondsOf(world), ...claims }
  const protectedHeader = { alg: key.alg, typ: 'dpop+jwt', jwk: key.jwk, ...header } as JWTHeaderParameters
  return new SignJWT(all).setProtectedHeader(protectedHeader).sign(key.sign)
}

/** The `ath` of a proof that comes beside this access token (RFC 9449 section 4.2). */
export function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url')
}

/** Of a token: what it says. */
export function claimsIn(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
}
