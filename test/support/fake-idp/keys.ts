/** The provider's keys, what it signs with them, and what it pretends to have signed. */
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import type { Misbehaviour } from './misbehaviour.ts'

export type Keys = Awaited<ReturnType<typeof providerKeys>>

export async function providerKeys(clientSecret: string) {
  const [first, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  let own = { pair: first, kid: 'fake' }
  const jwkOf = async ({ publicKey }: { publicKey: CryptoKey }, kid: string): Promise<JWK> => ({
    ...(await exportJWK(publicKey)),
    kid,
    alg: 'RS256',
    use: 'sig',
  })
  return {
    /** A new key; the one before is gone. */
    async rotate() {
      own = { pair: await generateKeyPair('RS256'), kid: `${own.kid}+` }
    },
    async keySet({ keys }: Misbehaviour): Promise<unknown> {
      const jwk = await jwkOf(own.pair, own.kid)
      const { kid: _kid, ...nameless } = jwk
      const { kid: _other, ...otherNameless } = await jwkOf(foreign, 'other')
      switch (keys) {
        case undefined:
          return { keys: [jwk] }
        case 'several':
          return { keys: [await jwkOf(foreign, 'other'), jwk] }
        case 'several-without-kid':
          return { keys: [otherNameless, nameless] }
        case 'one-without-kid':
          return { keys: [nameless] }
        case 'none':
          return { keys: [] }
        case 'no-set':
          return { jwks: 'here' }
      }
    },
    /** A JWT as the provider signs it, whatever is in it: an id_token, a logout token. */
    sign: (claims: JWTPayload, header: Record<string, unknown> = {}) =>
      new SignJWT(claims)
        .setProtectedHeader(headerOf({ alg: 'RS256', kid: own.kid, ...header }))
        .sign(own.pair.privateKey),
    async signBadly(claims: JWTPayload, { signature, header }: Misbehaviour): Promise<string> {
      const jwt = new SignJWT(claims)
      const rs256 = headerOf({ alg: 'RS256', kid: own.kid, ...header })
      switch (signature) {
        case 'none':
          return new UnsecuredJWT(claims).encode()
        case 'foreign-key':
          return jwt.setProtectedHeader(rs256).sign(foreign.privateKey)
        case 'hs256-with-client-secret':
          return jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(clientSecret))
        case 'hs256-with-public-key':
          return jwt
            .setProtectedHeader({ alg: 'HS256', kid: own.kid })
            .sign(new TextEncoder().encode(await exportSPKI(own.pair.publicKey)))
        case 'broken': {
          const [head, payload, made = ''] = (await jwt.setProtectedHeader(rs256).sign(own.pair.privateKey)).split('.')
          return `${head}.${payload}.${made.startsWith('A') ? 'B' : 'A'}${made.slice(1)}`
        }
        case undefined:
          return jwt.setProtectedHeader(rs256).sign(own.pair.privateKey)
      }
    },
  }
}

function headerOf(header: Record<string, unknown>): { alg: string } {
  return Object.fromEntries(Object.entries(header).filter(([, value]) => value !== undefined)) as { alg: string }
}
