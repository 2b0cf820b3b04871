/** The public keys of a client: those that it registered, or what is at its jwks_uri. The only call to a client here. */
import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTVerifyGetKey } from 'jose'
import type { ApplicationRow } from '../../applications/queries.ts'
import { callUnlessMany } from '../../core/calls-at-once.ts'
import { isRecord } from '../../core/json-value.ts'
import { memoryOf, remember } from '../../core/memory.ts'
import type { Platform, Scope } from '../../platform.ts'

const REMEMBERED_MS = 5 * 60_000
/** Keys that lack the one that is wanted are fetched again, but not for every request: anybody may send one. */
const AGAIN_MS = 10_000
/** Of what a client has at its jwks_uri. Hundreds of such sets are remembered, and a client may have registered itself. */
const LONGEST_SET = 64 * 1024
/** So long those that were there are good while their address does not answer. */
const KEPT_MS = 60 * 60_000

type Fetched = { readonly keys: JSONWebKeySet; readonly since: number; readonly askedAt: number }
const remembered = new WeakMap<Platform, Map<string, Fetched>>()

/** Which key is looked for: one that is not among those that are known may be new at the client's address. */
type IsWanted = (key: JWK) => boolean

/** Empty where there are none, or they cannot be fetched. */
export async function keysOfClient(
  scope: Scope,
  { clientMetadata: { jwks, jwksUri } }: ApplicationRow,
  isWanted: IsWanted,
): Promise<JSONWebKeySet> {
  if (jwks) return jwks
  if (jwksUri === undefined) return { keys: [] }
  const memory = memoryOf(remembered, scope.platform)
  const place = `${scope.tenantId} ${jwksUri}`
  const known = memory.get(place)
  const askedAt = scope.now.getTime()
  const isThere = known?.keys.keys.some(isWanted) ?? false
  if (known && askedAt - known.askedAt < (isThere ? REMEMBERED_MS : AGAIN_MS)) return known.keys
  const asked = await callUnlessMany(scope, jwksUri, async () => ({ fetched: await fetchKeys(scope, jwksUri) }))
  if (!asked) return known?.keys ?? { keys: [] }
  const { fetched } = asked
  const isKept = !fetched && known !== undefined && askedAt - known.since < KEPT_MS
  const keys = fetched ?? (isKept ? known.keys : { keys: [] })
  remember(memory, place, { keys, since: isKept ? known.since : askedAt, askedAt })
  return keys
}

/** The same to verify with: a key is imported once, and not for each signature, which takes as long as to verify it. */
export async function verifierOf(
  scope: Scope,
  application: ApplicationRow,
  kid: string | undefined,
): Promise<JWTVerifyGetKey> {
  const keys = await keysOfClient(scope, application, (key) => kid === undefined || key.kid === kid)
  const known = verifiers.get(keys)
  if (known) return known
  const verifier = createLocalJWKSet(keys)
  verifiers.set(keys, verifier)
  return verifier
}
const verifiers = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>()

async function fetchKeys(scope: Scope, jwksUri: string): Promise<JSONWebKeySet | undefined> {
  try {
    const answer = await scope.platform.fetch(jwksUri, { headers: { Accept: 'application/json' }, redirect: 'manual' })
    const text = await answer.text()
    if (text.length > LONGEST_SET) throw new Error(`the answer is over ${LONGEST_SET} characters`)
    const body: unknown = answer.status === 200 ? JSON.parse(text) : undefined
    if (isRecord(body) && Array.isArray(body.keys)) return { keys: body.keys.filter(isRecord) as JSONWebKeySet['keys'] }
    scope.platform.log.warn('client keys not found', { tenantId: scope.tenantId, jwksUri, status: answer.status })
  } catch (error) {
    scope.platform.log.warn('client keys not found', { tenantId: scope.tenantId, jwksUri, error })
  }
  return undefined
}
