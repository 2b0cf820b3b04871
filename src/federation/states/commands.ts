import { and, eq, gt, lte } from 'drizzle-orm'
import { hashToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { federationStates } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'

/** How long a person may take at the provider. */
const STATE_MS = 10 * 60_000

/** What a browser is sent to a provider for: a state of one is none of the other. */
export type Errand = 'sign-in' | 'sign-out'

export type KeptState = {
  readonly connectionId: string
  /** Where the browser goes on. */
  readonly returnTo: string
  /** JSON. It is kept sealed. */
  readonly secrets: unknown
}

/** Keeps what is needed when the provider sends this browser back; `state` itself is kept as a hash only. */
export async function keepState(
  scope: Scope,
  errand: Errand,
  state: string,
  browserHash: string,
  { connectionId, returnTo, secrets }: KeptState,
): Promise<void> {
  const { db, tenantId, now, platform } = scope
  const stateHash = hashOf(errand, state)
  const sealed = await platform.sealer.seal(JSON.stringify(secrets), placeOf(scope, stateHash))
  const expiresAt = new Date(now.getTime() + STATE_MS)
  await runBatch(db, [
    db
      .delete(federationStates)
      .where(and(eq(federationStates.tenantId, tenantId), lte(federationStates.expiresAt, now))),
    db.insert(federationStates).values({ tenantId, stateHash, connectionId, sealed, returnTo, browserHash, expiresAt }),
  ])
}

/** Of all requests that bring a state one gets it, if it comes from the browser and tenant it was made in, and in time. */
export async function takeKept(
  scope: Scope,
  errand: Errand,
  state: string,
  browserHash: string,
): Promise<KeptState | undefined> {
  const { db, tenantId, now, platform } = scope
  const stateHash = hashOf(errand, state)
  const [taken] = await db
    .delete(federationStates)
    .where(
      and(
        eq(federationStates.tenantId, tenantId),
        eq(federationStates.stateHash, stateHash),
        eq(federationStates.browserHash, browserHash),
        gt(federationStates.expiresAt, now),
      ),
    )
    .returning()
  if (!taken) return undefined
  const { connectionId, returnTo, sealed } = taken
  const secrets: unknown = JSON.parse(await platform.sealer.open(sealed, placeOf(scope, stateHash)))
  return { connectionId, returnTo, secrets }
}

/** Each errand has its name before the state: what is sent for the one could else begin with the name of the other. */
function hashOf(errand: Errand, state: string): string {
  return hashToken(`${errand} ${state}`)
}

function placeOf({ tenantId }: Scope, stateHash: string) {
  return { tenantId, table: 'federation_states', row: stateHash }
}
