import { and, eq, lte } from 'drizzle-orm'
import { SPARE_MS } from '../../applications/lifetime/commands.ts'
import { DEMAND_ONE_CHANGE, runBatch, runGuardedBatch } from '../../db/open.ts'
import { type SigningAlgorithm, signingKeys } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import { LONGEST_SESSION_SECONDS } from '../../session/commands.ts'
import type { KeyScope, SigningKeyRow } from './queries.ts'

/** Adds keys, each unless another request or region was faster: a tenant has one active and one next of an algorithm. */
export async function addSigningKeys({ db }: KeyScope, rows: readonly SigningKeyRow[]): Promise<void> {
  await runBatch(
    db,
    rows.map((row) => db.insert(signingKeys).values(row).onConflictDoNothing()),
  )
}

export type Promotion = { readonly active: string; readonly next: string; readonly following: SigningKeyRow }

/**
 * The next keys sign from now on. StaleRow where another was faster, and nothing is done. How long the former ones stay
 * is settled here: they sign nothing more, so no lifetime that is set later concerns them; one that was longer before
 * stands in the row (applications/lifetime). An id_token is shown again when its person signs out, as long as her
 * session lives (RP-Initiated Logout 1.0 section 4).
 */
export async function promoteKeys({ db, tenantId, now }: KeyScope, promotions: readonly Promotion[]): Promise<void> {
  await runGuardedBatch(
    db,
    promotions.flatMap(({ active, next, following }) => [
      sql`update signing_keys set state = 'retired', retired_at = ${now}, sealed_private_jwk = '',
        expires_at = max(coalesce(expires_at, 0), ${now.getTime() + SPARE_MS} + 1000 * max(${LONGEST_SESSION_SECONDS},
          (select coalesce(max(json_extract(client_metadata, '$.accessTokenSeconds')), 0) from applications
          where tenant_id = ${tenantId})))
        where tenant_id = ${tenantId} and id = ${active} and state = 'active'`,
      DEMAND_ONE_CHANGE,
      sql`update signing_keys set state = 'active', active_at = ${now}
        where tenant_id = ${tenantId} and id = ${next} and state = 'next'`,
      DEMAND_ONE_CHANGE,
      db.insert(signingKeys).values(following),
    ]),
  )
}

export type Replacement = {
  readonly alg: SigningAlgorithm
  readonly active: string
  readonly by: readonly SigningKeyRow[]
}

/** Puts new keys in place of all that an algorithm has, those of living tokens too. StaleRow as above. */
export async function replaceKeys({ db, tenantId }: KeyScope, replacements: readonly Replacement[]): Promise<void> {
  await runGuardedBatch(
    db,
    replacements.flatMap(({ alg, active, by }) => [
      sql`delete from signing_keys where tenant_id = ${tenantId} and id = ${active} and state = 'active'`,
      DEMAND_ONE_CHANGE,
      sql`delete from signing_keys where tenant_id = ${tenantId} and alg = ${alg}`,
      ...by.map((row) => db.insert(signingKeys).values(row)),
    ]),
  )
}

/** No token that they signed is alive. */
export async function removeDeadKeys({ db, tenantId, now }: KeyScope): Promise<void> {
  await db
    .delete(signingKeys)
    .where(and(eq(signingKeys.tenantId, tenantId), eq(signingKeys.state, 'retired'), lte(signingKeys.expiresAt, now)))
}
