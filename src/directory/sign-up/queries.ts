import { firstOf } from '../../db/open.ts'
import type { SignUpPolicy } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

const DEFAULT: SignUpPolicy = { enabled: false, userName: 'email' }

/** Whether strangers may sign up at this tenant: not, unless an administrator says so. */
export async function findSignUpPolicy({ db, tenantId }: Scope): Promise<SignUpPolicy> {
  const row = await firstOf<{ policy: string }>(
    db,
    sql`select policy from sign_up_policies where tenant_id = ${tenantId}`,
  )
  return row ? { ...DEFAULT, ...(JSON.parse(row.policy) as Partial<SignUpPolicy>) } : DEFAULT
}
