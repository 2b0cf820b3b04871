import { hashToken } from '../../core/crypto.ts'
import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Notes that a challenge was answered; false if it was before. */
export async function useChallenge({ db, tenantId }: Scope, challenge: string, forgetAt: Date): Promise<boolean> {
  const [used] = await runBatch(db, [
    sql`insert into used_challenges (tenant_id, challenge_hash, expires_at)
      values (${tenantId}, ${hashToken(challenge)}, ${forgetAt}) on conflict do nothing`,
  ])
  return used?.rowsAffected === 1
}
