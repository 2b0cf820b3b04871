/** The keys of a tenant as this process knows them: read once a minute, made where there are none. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { memoryOf, remember } from '../../core/memory.ts'
import type { SigningAlgorithm } from '../../db/schema.ts'
import type { Platform } from '../../platform.ts'
import { addSigningKeys } from './commands.ts'
import { type KeyScope, listSigningKeys, type SigningKeyRow } from './queries.ts'

/** So long another process goes on with a key that was taken away; a kid that is not known is looked up at once. */
export const MOST_AGE_MS = 60_000

type Ring = { readonly readAt: number; readonly rows: readonly SigningKeyRow[] }
const rings = new WeakMap<Platform, Map<string, Ring>>()

export async function knownKeys(scope: KeyScope): Promise<readonly SigningKeyRow[]> {
  return rememberedKeys(scope) ?? readKeys(scope)
}

/** Those that were read within the last minute. */
export function rememberedKeys({ platform, tenantId, now }: KeyScope): readonly SigningKeyRow[] | undefined {
  const ring = memoryOf(rings, platform).get(tenantId)
  return ring && Math.abs(now.getTime() - ring.readAt) < MOST_AGE_MS ? ring.rows : undefined
}

/** From the database, whatever is known; what was read is known from then on. */
export async function readKeys(scope: KeyScope): Promise<readonly SigningKeyRow[]> {
  const rows = await listSigningKeys(scope)
  const memory = memoryOf(rings, scope.platform)
  memory.delete(scope.tenantId)
  remember(memory, scope.tenantId, { readAt: scope.now.getTime(), rows })
  return rows
}

/** The tenant's keys, with an active one of each of these algorithms: the first use makes it. */
export async function keysWith(
  scope: KeyScope,
  algorithms: readonly SigningAlgorithm[],
): Promise<readonly SigningKeyRow[]> {
  const known = await knownKeys(scope)
  if (lacking(known, algorithms, 'active').length === 0) return known
  return demandKeys(scope, algorithms, 'active')
}

/** As they stand in the database, with one of each algorithm in this state. */
export async function demandKeys(
  scope: KeyScope,
  algorithms: readonly SigningAlgorithm[],
  state: 'active' | 'next',
): Promise<readonly SigningKeyRow[]> {
  const rows = await readKeys(scope)
  const missing = lacking(rows, algorithms, state)
  if (missing.length === 0) return rows
  await addSigningKeys(scope, await Promise.all(missing.map((alg) => makeKey(scope, alg, state))))
  const made = await readKeys(scope)
  if (lacking(made, algorithms, state).length > 0) throw new Error('a signing key was not stored')
  return made
}

function lacking(
  rows: readonly SigningKeyRow[],
  algorithms: readonly SigningAlgorithm[],
  state: SigningKeyRow['state'],
): SigningAlgorithm[] {
  return algorithms.filter((alg) => !rows.some((row) => row.alg === alg && row.state === state))
}

/** The kid is the key's thumbprint (RFC 7638). */
export async function makeKey(
  scope: KeyScope,
  alg: SigningAlgorithm,
  state: 'active' | 'next',
): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { modulusLength: 2048, extractable: true })
  // A runtime's `ext` and `key_ops` are not for others.
  const { ext: _ext, key_ops: _operations, ...publicJwk } = await exportJWK(publicKey)
  const id = await calculateJwkThumbprint(publicJwk)
  const place = { tenantId: scope.tenantId, table: 'signing_keys', row: id }
  return {
    tenantId: scope.tenantId,
    id,
    alg,
    state,
    publicJwk: { ...publicJwk },
    sealedPrivateJwk: await scope.platform.sealer.seal(JSON.stringify(await exportJWK(privateKey)), place),
    created: scope.now,
    activeAt: state === 'active' ? scope.now : null,
    retiredAt: null,
    expiresAt: null,
  }
}
