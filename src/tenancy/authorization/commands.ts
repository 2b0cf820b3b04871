import { runBatch } from '../../db/open.ts'
import type { AuthorizationPolicy } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { forgetTenant } from '../known.ts'

/** Holds at once in this process, and in others within the minute for which they remember a tenant. */
export async function setAuthorizationPolicy(
  { db, tenant, tenantId }: Scope,
  policy: AuthorizationPolicy,
): Promise<void> {
  await runBatch(db, [sql`update tenants set authorization = ${JSON.stringify(policy)} where id = ${tenantId}`])
  forgetTenant(db, tenant.slug)
}
