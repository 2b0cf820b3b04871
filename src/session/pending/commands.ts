import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/**
 * Has a request that waits in this browser show the sign-in page from now on, even where it would lead on by itself: after
 * a failure at a provider it would lead there again and again.
 */
export async function letChoose({ db, tenantId }: Scope, id: string, browserHash: string): Promise<void> {
  await runBatch(db, [
    sql`update authorization_requests set parameters = json_set(parameters, '$.choose', json('true'))
      where tenant_id = ${tenantId} and id = ${id} and browser_hash = ${browserHash}`,
  ])
}
