/** Which addresses are whose, for signing in and for mail about it. */
import { isRecord } from '../../core/json-value.ts'
import { nameKey } from '../../core/ids.ts'
import { firstOf, rowsOf } from '../../db/open.ts'
import type { UserDocument, UserSource } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { findUser, findUserByName, type UserRow } from '../users/queries.ts'
import { hashAddress } from './commands.ts'

/** Whether a user has shown, by a link that was mailed there, that an address is hers (`email_verified`). */
export async function isVerified({ db, tenantId }: Scope, userId: string, address: string): Promise<boolean> {
  const row = await firstOf<{ found: number }>(
    db,
    sql`select 1 as found from verified_emails
      where tenant_id = ${tenantId} and user_id = ${userId} and address_hash = ${hashAddress(address)}`,
  )
  return row !== undefined
}

/** The primary address of a user, else her first (RFC 7643 section 2.4). */
export function primaryEmail({ emails }: UserDocument): string | undefined {
  if (!Array.isArray(emails)) return undefined
  const list = emails.filter(isRecord)
  const { value } = list.find((email) => email.primary === true) ?? list[0] ?? {}
  return typeof value === 'string' && value !== '' ? value : undefined
}

/**
 * Whether an address will do to sign in with and to have a forgotten password sent to: she has shown that it is hers, or
 * it is the primary one of somebody whom the organization itself keeps (SCIM, the management API, the console): who
 * writes it there may set her password, too. What a provider or she herself says of her is not enough.
 */
export async function isTrusted(scope: Scope, user: UserRow, address: string): Promise<boolean> {
  return isStated(user, address) || isVerified(scope, user.id, address)
}

const SELF_STATED: readonly UserSource[] = ['jit', 'account']

function isStated({ source, document }: UserRow, address: string): boolean {
  const primary = primaryEmail(document)
  return !SELF_STATED.includes(source) && primary !== undefined && nameKey(primary) === nameKey(address)
}

/** More users of one address are nobody's way to sign in. */
const MOST = 10

/** The one active user with this trusted address; undefined if there are several, or none. */
export async function findUserByEmail(scope: Scope, address: string): Promise<UserRow | undefined> {
  const { db, tenantId } = scope
  const rows = await rowsOf<{ user_id: string }>(
    db,
    sql`select e.user_id from user_emails e
      join users u on u.tenant_id = e.tenant_id and u.id = e.user_id and u.active = 1
      where e.tenant_id = ${tenantId} and e.value_key = ${nameKey(address)} limit ${MOST}`,
  )
  if (rows.length === MOST) return undefined
  const trusted: UserRow[] = []
  for (const { user_id } of rows) {
    const user = await findUser(scope, user_id)
    if (user && (await isTrusted(scope, user, address))) trusted.push(user)
  }
  return trusted.length === 1 ? trusted[0] : undefined
}

/** Whom a user name or an e-mail address names on the sign-in page; a user name wins. */
export async function findUserBySignInName(scope: Scope, typed: string): Promise<UserRow | undefined> {
  const [named, addressed] = await Promise.all([
    findUserByName(scope, typed),
    typed.includes('@') ? findUserByEmail(scope, typed) : undefined,
  ])
  return named ?? addressed
}
