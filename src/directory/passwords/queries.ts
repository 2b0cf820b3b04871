import { firstOf, rowsOf } from '../../db/open.ts'
import type { PasswordPolicy } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { DEFAULT_PASSWORD_POLICY } from './policy.ts'

/** What this tenant demands of passwords. */
export async function findPasswordPolicy({ db, tenantId }: Scope): Promise<PasswordPolicy> {
  const row = await firstOf<{ policy: string }>(
    db,
    sql`select policy from password_policies where tenant_id = ${tenantId}`,
  )
  return row
    ? { ...DEFAULT_PASSWORD_POLICY, ...(JSON.parse(row.policy) as Partial<PasswordPolicy>) }
    : DEFAULT_PASSWORD_POLICY
}

/** Hashes of the last passwords that a user had before the present one, the newest first. */
export async function listFormerPasswords({ db, tenantId }: Scope, userId: string, limit: number): Promise<string[]> {
  const rows = await rowsOf<{ password_hash: string }>(
    db,
    sql`select password_hash from password_history where tenant_id = ${tenantId} and user_id = ${userId}
      order by created desc limit ${limit}`,
  )
  return rows.map((row) => row.password_hash)
}
