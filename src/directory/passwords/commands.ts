import { ScimError } from '../../core/errors.ts'
import { hashPassword, isPasswordHash, needsRehash, verifyPassword } from '../../core/password.ts'
import { firstOf, runBatch, type Statement } from '../../db/open.ts'
import type { PasswordPolicy } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { demandPassword } from './policy.ts'
import { findPasswordPolicy, listFormerPasswords } from './queries.ts'

/** A password as a request sets it: in plain text, or as a hash that another system made. */
export type NewPassword = { readonly plain?: string | undefined; readonly imported?: string | undefined }

export type PreparedPassword = { readonly hash: string; readonly writes: readonly Statement[] }

type Circumstances = {
  /** Whose password it is going to be, if she is here already. */
  readonly before?: { readonly id: string; readonly passwordHash: string | null }
  /** No policy counts. */
  readonly isFree?: boolean
}

/** Sets what the tenant demands of passwords from now on; those that are set already stay. */
export async function setPasswordPolicy({ db, tenantId, now }: Scope, policy: PasswordPolicy): Promise<void> {
  await runBatch(db, [
    sql`insert into password_policies (tenant_id, policy, last_modified)
      values (${tenantId}, ${JSON.stringify(policy)}, ${now.getTime()})
      on conflict (tenant_id) do update set policy = excluded.policy, last_modified = excluded.last_modified`,
  ])
}

/**
 * The hash of a new password, and what has to be written with it; undefined if there is none. Throws invalidValue if
 * the policy refuses it, it was had before, or an imported hash is not one that can be verified.
 */
export async function preparePassword(
  scope: Scope,
  { plain, imported }: NewPassword,
  { before, isFree = false }: Circumstances,
): Promise<PreparedPassword | undefined> {
  if (plain !== undefined && imported !== undefined) {
    throw new ScimError('invalidValue', 'passwordHash: there is a password, too')
  }
  if (imported !== undefined) {
    if (!isPasswordHash(imported)) {
      throw new ScimError('invalidValue', 'passwordHash: must be a PHC string of bcrypt, PBKDF2, Argon2 or scrypt')
    }
    const writes = before?.passwordHash ? await keepFormer(scope, before.id, before.passwordHash) : []
    return { hash: imported, writes }
  }
  if (plain === undefined) return undefined
  if (isFree) return { hash: await hashPassword(plain, scope.platform.scrypt), writes: [] }
  const policy = await findPasswordPolicy(scope)
  demandPassword(policy, plain)
  const writes = before?.passwordHash
    ? await rememberPassword(scope, policy, plain, before.id, before.passwordHash)
    : []
  return { hash: await hashPassword(plain, scope.platform.scrypt), writes }
}

/** Throws invalidValue for a password that was had before; the present one becomes a former one. */
async function rememberPassword(
  scope: Scope,
  { history }: PasswordPolicy,
  plain: string,
  userId: string,
  present: string,
): Promise<readonly Statement[]> {
  if (history === 0) return []
  const former = [present, ...(await listFormerPasswords(scope, userId, history - 1))]
  for (const hash of former) {
    if (await verifyPassword(plain, hash, scope.platform.scrypt)) {
      throw new ScimError('invalidValue', `password: None of the last ${history} passwords may come back.`)
    }
  }
  return formerStatements(scope, userId, present, history)
}

/** The present password becomes a former one, whatever takes its place. */
async function keepFormer(scope: Scope, userId: string, present: string): Promise<readonly Statement[]> {
  const { history } = await findPasswordPolicy(scope)
  return history === 0 ? [] : formerStatements(scope, userId, present, history)
}

/** In the order in which they were replaced, however close together. */
function formerStatements({ tenantId, now }: Scope, userId: string, present: string, history: number): Statement[] {
  return [
    sql`insert into password_history (tenant_id, user_id, password_hash, created)
      select ${tenantId}, ${userId}, ${present}, max(${now.getTime()}, coalesce(max(created) + 1, 0))
      from password_history where tenant_id = ${tenantId} and user_id = ${userId} on conflict do nothing`,
    sql`delete from password_history where tenant_id = ${tenantId} and user_id = ${userId} and password_hash not in (
      select password_hash from password_history where tenant_id = ${tenantId} and user_id = ${userId}
      order by created desc limit ${history})`,
  ]
}

/**
 * Puts a hash of ours in place of one that was imported, once the password is known to be right. Gives the hash that
 * stands then, undefined if it is that of another password.
 */
export async function rehashPassword(
  scope: Scope,
  userId: string,
  plain: string,
  stored: string,
): Promise<string | undefined> {
  const { db, tenantId } = scope
  if (!needsRehash(stored, plain)) return stored
  const hash = await hashPassword(plain, scope.platform.scrypt)
  const [updated] = await runBatch(db, [
    sql`update users set password_hash = ${hash} where tenant_id = ${tenantId} and id = ${userId}
      and password_hash = ${stored}`,
  ])
  if (updated?.rowsAffected === 1) return hash
  // Another sign-in may have been faster, or another password.
  const row = await firstOf<{ hash: string | null }>(
    db,
    sql`select password_hash as hash from users where tenant_id = ${tenantId} and id = ${userId}`,
  )
  return row?.hash && (await verifyPassword(plain, row.hash, scope.platform.scrypt)) ? row.hash : undefined
}
