import { Problem } from '../../core/errors.ts'
import { DEMAND_ONE_CHANGE, runGuardedBatch, StaleRow } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/**
 * Takes a tombstone away, and the links to accounts elsewhere with it: just-in-time provisioning may make the person a
 * new user. Problem 404 if there is none.
 */
export async function forgetDeletedUser({ db, tenantId }: Scope, id: string): Promise<void> {
  await runGuardedBatch(db, [
    sql`delete from deleted_users where tenant_id = ${tenantId} and id = ${id}`,
    DEMAND_ONE_CHANGE,
    sql`delete from federated_identities where tenant_id = ${tenantId} and user_id = ${id}`,
  ]).catch((cause: unknown) => {
    if (cause instanceof StaleRow) throw new Problem(404, 'There is no such deleted user.', [], { cause })
    throw cause
  })
}
