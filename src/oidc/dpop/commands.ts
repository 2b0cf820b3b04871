import { hashToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Of two requests with one proof, one gets true (RFC 9449 section 11.1). `until` it could be used again. */
export async function useProof({ db, tenantId }: Scope, jkt: string, jti: string, until: Date): Promise<boolean> {
  // A batch of one: those that come at once are committed together (db/embedded.ts).
  const [added] = await runBatch(db, [
    sql`insert into used_proofs (tenant_id, proof_hash, expires_at) values (${tenantId}, ${hashToken(`${jkt} ${jti}`)}, ${until})
      on conflict do nothing`,
  ])
  return added?.rowsAffected === 1
}
