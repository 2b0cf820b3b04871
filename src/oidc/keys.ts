/** The keys that a tenant signs with, and those that its tokens are verified with. */
import { type CryptoKey, errors, importJWK, type JWK, type JWTHeaderParameters } from 'jose'
import { memoryOf, remember } from '../core/memory.ts'
import type { SigningAlgorithm } from '../db/schema.ts'
import type { Platform } from '../platform.ts'
import { ALGORITHM_ORDER, type KeyScope, type SigningKeyRow } from './keys/queries.ts'
import { keysWith, knownKeys, readKeys } from './keys/ring.ts'

export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = ALGORITHM_ORDER
/** Of access tokens, unless their readers want another one: a tenth of the work of RS256. */
export const ACCESS_TOKEN_ALGORITHM = 'ES256'
/** How long others may go on with the keys that they have. */
export const JWKS_SECONDS = 300

export type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey }

/** Opened keys of this process: opening one takes a decryption and an import. */
const opened = new WeakMap<Platform, Map<string, SigningKey>>()
const imported = new WeakMap<Platform, Map<string, CryptoKey>>()

/** The key that this tenant signs with; its first use makes it. */
export async function signingKey(scope: KeyScope, alg: SigningAlgorithm = 'RS256'): Promise<SigningKey> {
  const active = (await keysWith(scope, [alg])).find((row) => row.state === 'active' && row.alg === alg)
  if (!active) throw new Error(`there is no ${alg} key`)
  const keys = memoryOf(opened, scope.platform)
  const name = nameOf(scope, active)
  const known = keys.get(name)
  if (known) return known
  const place = { tenantId: scope.tenantId, table: 'signing_keys', row: active.id }
  const jwk = JSON.parse(await scope.platform.sealer.open(active.sealedPrivateJwk, place)) as JWK
  const key = { kid: active.id, privateKey: (await importJWK(jwk, alg)) as CryptoKey }
  remember(keys, name, key)
  return key
}

/**
 * The public keys of this tenant as a JWK Set (RFC 7517 section 5), of each algorithm one at the least: whoever has read
 * it knows the key of the first token, too.
 */
export async function publicKeys(scope: KeyScope): Promise<{ keys: Record<string, unknown>[] }> {
  return setOf(await keysWith(scope, SIGNING_ALGORITHMS))
}

function setOf(rows: readonly SigningKeyRow[]) {
  return { keys: rows.map((row) => ({ ...row.publicJwk, kid: row.id, alg: row.alg, use: 'sig' })) }
}

/** publicKeys as JSON, made once for each reading of the keys. */
export async function publicKeySet(scope: KeyScope): Promise<string> {
  const rows = await keysWith(scope, SIGNING_ALGORITHMS)
  const known = keySets.get(rows)
  if (known !== undefined) return known
  const text = JSON.stringify(setOf(rows))
  keySets.set(rows, text)
  return text
}
const keySets = new WeakMap<readonly SigningKeyRow[], string>()

/**
 * For jwtVerify: the key that a token of ours names by its kid, for that key's own algorithm (RFC 8725 section 3.1).
 * A kid that is not known was made elsewhere a moment ago, or is none.
 */
export function verificationKey(scope: KeyScope) {
  return async ({ kid, alg }: JWTHeaderParameters): Promise<CryptoKey> => {
    const isNamed = (row: SigningKeyRow) => row.id === kid && row.alg === alg
    const row = (await knownKeys(scope)).find(isNamed) ?? (await readKeys(scope)).find(isNamed)
    if (!row) throw new errors.JWKSNoMatchingKey()
    const keys = memoryOf(imported, scope.platform)
    const name = nameOf(scope, row)
    const known = keys.get(name)
    if (known) return known
    const key = (await importJWK(row.publicJwk as JWK, row.alg)) as CryptoKey
    remember(keys, name, key)
    return key
  }
}

function nameOf({ tenantId }: KeyScope, { id }: SigningKeyRow): string {
  return `${tenantId} ${id}`
}
