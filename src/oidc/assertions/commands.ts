import { hashToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Of two requests with one assertion, one gets true (RFC 7523 section 3). `until` it could be used again. */
export async function useAssertion(
  { db, tenantId }: Scope,
  applicationId: string,
  jti: string,
  until: Date,
): Promise<boolean> {
  // A batch of one: those that come at once are committed together (db/embedded.ts).
  const [added] = await runBatch(db, [
    sql`insert into used_assertions (tenant_id, application_id, jti_hash, expires_at)
      values (${tenantId}, ${applicationId}, ${hashToken(jti)}, ${until}) on conflict do nothing`,
  ])
  return added?.rowsAffected === 1
}
