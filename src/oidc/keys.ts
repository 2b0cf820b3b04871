import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { memoryOf } from '../core/memory.ts'
import type { Platform, Scope } from '../platform.ts'
import { addSigningKey, type SigningKeyRow } from './commands.ts'
import { listSigningKeys } from './queries.ts'

export type SigningKey = { readonly kid: string; readonly privateKey: CryptoKey }

/** Opened keys of this process: opening one takes a decryption and an import. */
const opened = new WeakMap<Platform, Map<string, SigningKey>>()

/** The key that this tenant signs with; its first use makes it. */
export async function signingKey(scope: Scope): Promise<SigningKey> {
  const { active } = await signingKeys(scope)
  const keys = memoryOf(opened, scope.platform)
  const name = `${scope.tenantId} ${active.id}`
  const known = keys.get(name)
  if (known) return known
  const place = { tenantId: scope.tenantId, table: 'signing_keys', row: active.id }
  const jwk = JSON.parse(await scope.platform.sealer.open(active.sealedPrivateJwk, place)) as JWK
  const privateKey = (await importJWK(jwk, 'RS256')) as CryptoKey
  const key = { kid: active.id, privateKey }
  keys.set(name, key)
  return key
}

/** The public keys of this tenant as a JWK Set (RFC 7517 section 5). */
export async function publicKeys(scope: Scope): Promise<{ keys: Record<string, unknown>[] }> {
  const { rows } = await signingKeys(scope)
  return { keys: rows.map((row) => ({ ...row.publicJwk, kid: row.id, alg: row.alg, use: 'sig' })) }
}

async function signingKeys(scope: Scope): Promise<{ active: SigningKeyRow; rows: SigningKeyRow[] }> {
  const read = async () => {
    const rows = await listSigningKeys(scope)
    const active = rows.find((row) => row.state === 'active')
    return active && { active, rows }
  }
  const present = await read()
  if (present) return present
  await addSigningKey(scope, await makeKey(scope))
  const made = await read()
  if (!made) throw new Error('the signing key was not stored')
  return made
}

async function makeKey(scope: Scope): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const id = await calculateJwkThumbprint(publicJwk)
  const place = { tenantId: scope.tenantId, table: 'signing_keys', row: id }
  return {
    tenantId: scope.tenantId,
    id,
    alg: 'RS256',
    state: 'active',
    publicJwk: { ...publicJwk },
    sealedPrivateJwk: await scope.platform.sealer.seal(JSON.stringify(await exportJWK(privateKey)), place),
    created: scope.now,
  }
}
