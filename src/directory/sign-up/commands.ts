import { runBatch } from '../../db/open.ts'
import type { SignUpPolicy } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { forgetSignUpPolicy } from './known.ts'

export async function setSignUpPolicy(scope: Scope, policy: SignUpPolicy): Promise<void> {
  const { db, tenantId, now } = scope
  await runBatch(db, [
    sql`insert into sign_up_policies (tenant_id, policy, last_modified)
      values (${tenantId}, ${JSON.stringify(policy)}, ${now})
      on conflict (tenant_id) do update set policy = excluded.policy, last_modified = excluded.last_modified`,
  ])
  forgetSignUpPolicy(scope)
}
