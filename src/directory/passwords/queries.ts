import { firstOf, rowsOf } from '../../db/open.ts'
import type { PasswordPolicy } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { Resource } from '../../scim/schema.ts'
import { checkPassword, DEFAULT_PASSWORD_POLICY } from './policy.ts'

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

/** A new user without the password that the policy would refuse: she is made, and sets one herself. */
export async function withoutWeakPassword(scope: Scope, input: Resource): Promise<Resource> {
  const { password, ...rest } = input
  if (typeof password !== 'string') return input
  const wrong = checkPassword(await findPasswordPolicy(scope), password)
  if (wrong === undefined) return input
  scope.platform.log.warn('password passed over that the policy refuses', { userName: input.userName, reason: wrong })
  return rest as Resource
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
