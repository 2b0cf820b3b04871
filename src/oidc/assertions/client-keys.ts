/** The public keys of a client: those that it registered, or what is at its jwks_uri. The only call to a client here. */
import type { JSONWebKeySet } from 'jose'
import type { ApplicationRow } from '../../applications/queries.ts'
import { isRecord } from '../../core/json-value.ts'
import { memoryOf, remember } from '../../core/memory.ts'
import type { Platform, Scope } from '../../platform.ts'

const REMEMBERED_MS = 5 * 60_000
/** Keys that lack the one that is wanted are fetched again, but not for every request: anybody may send one. */
const AGAIN_MS = 10_000
/** Of what a client has at its jwks_uri. Hundreds of such sets are remembered, and a client may have registered itself. */
const LONGEST_SET = 64 * 1024

type Fetched = { readonly keys: JSONWebKeySet; readonly since: number }
const remembered = new WeakMap<Platform, Map<string, Fetched>>()

/** Empty where there are none, or they cannot be fetched. */
export async function keysOfClient(
  scope: Scope,
  { clientMetadata: { jwks, jwksUri } }: ApplicationRow,
  kid: string | undefined,
): Promise<JSONWebKeySet> {
  if (jwks) return jwks
  if (jwksUri === undefined) return { keys: [] }
  const memory = memoryOf(remembered, scope.platform)
  const place = `${scope.tenantId} ${jwksUri}`
  const known = memory.get(place)
  const age = known ? scope.now.getTime() - known.since : Number.POSITIVE_INFINITY
  const isThere = known?.keys.keys.some((key) => kid === undefined || key.kid === kid) ?? false
  if (known && age < (isThere ? REMEMBERED_MS : AGAIN_MS)) return known.keys
  const keys = await fetchKeys(scope, jwksUri)
  remember(memory, place, { keys, since: scope.now.getTime() })
  return keys
}

async function fetchKeys(scope: Scope, jwksUri: string): Promise<JSONWebKeySet> {
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
  return { keys: [] }
}
