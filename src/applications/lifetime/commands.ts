/** How long the access tokens of an application live, where that changes. */
import type { Statement } from '../../db/open.ts'
import type { ClientMetadata } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/**
 * So long keys stay beyond the last token: for what another process still signs with a key, or for a lifetime, that it knows
 * from before, and for clocks that go wrong.
 */
export const SPARE_MS = 86_400_000

/**
 * Tokens that were given live as long as they say: what is to go along with settings by which the next ones live less, so
 * that the tenant's present keys stay until those are dead, whenever they retire (oidc/keys).
 */
export function keepKeysOfLonger(
  { tenantId, now }: Scope,
  before: ClientMetadata,
  after: ClientMetadata | undefined,
): readonly Statement[] {
  const seconds = before.accessTokenSeconds ?? 0
  if (!after || seconds <= (after.accessTokenSeconds ?? 0)) return []
  const until = now.getTime() + SPARE_MS + seconds * 1000
  return [
    sql`update signing_keys set expires_at = max(coalesce(expires_at, 0), ${until})
      where tenant_id = ${tenantId} and state = 'active'`,
  ]
}
