import { firstOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Whether an access token was given back; of those that stand on a grant findGrant says it too. */
export async function isRevoked({ db, tenantId }: Scope, tokenId: string): Promise<boolean> {
  const row = await firstOf(
    db,
    sql`select 1 from revoked_tokens where tenant_id = ${tenantId} and token_id = ${tokenId}`,
  )
  return row !== undefined
}
