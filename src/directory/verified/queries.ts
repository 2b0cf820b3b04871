/** Which addresses are whose, for signing in and for mail about it. */
import { isRecord } from '../../core/json-value.ts'
import { nameKey } from '../../core/ids.ts'
import { firstOf, rowsOf } from '../../db/open.ts'
import type { UserDocument, UserSource } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { emailsOf } from '../users/columns.ts'
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
 * A user's own address that is the same as this one by the folding that names are compared by. Mail goes there, and not
 * to what somebody typed: another mailbox may fold to the same letters.
 */
export function ownAddress(document: UserDocument, typed: string): string | undefined {
  const same = emailsOf(document).filter((address) => nameKey(address) === nameKey(typed))
  return same.find((address) => hashAddress(address) === hashAddress(typed)) ?? same[0]
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

/** Whether the organization itself keeps a user, and not what a provider or she herself says of her. */
export function isKept({ source }: { readonly source: UserSource }): boolean {
  return !SELF_STATED.includes(source)
}

/** Whether an address is the primary one of somebody whom the organization itself keeps. */
export function isStated(user: Pick<UserRow, 'source' | 'document'>, address: string): boolean {
  const primary = primaryEmail(user.document)
  return isKept(user) && primary !== undefined && nameKey(primary) === nameKey(address)
}

/** More users of one address are nobody's way to sign in. */
const MOST = 10

type Addressed = {
  readonly id: string
  readonly userName: string
  readonly source: UserSource
  readonly document: string
}

/** The one active user with this trusted address; undefined if there are several, or none. One statement. */
async function findAddressed({ db, tenantId }: Scope, address: string): Promise<Addressed | undefined> {
  const rows = await rowsOf<Addressed & { verified: number }>(
    db,
    sql`select u.id, u.user_name as userName, u.source, u.document,
        exists (select 1 from verified_emails v where v.tenant_id = u.tenant_id and v.user_id = u.id
          and v.address_hash = ${hashAddress(address)}) as verified
      from user_emails e
      join users u on u.tenant_id = e.tenant_id and u.id = e.user_id and u.active = 1
      where e.tenant_id = ${tenantId} and e.value_key = ${nameKey(address)} limit ${MOST}`,
  )
  const trusted = rows.filter(({ source, document, verified }) => {
    return verified === 1 || isStated({ source, document: JSON.parse(document) as UserDocument }, address)
  })
  return rows.length < MOST && trusted.length === 1 ? trusted[0] : undefined
}

export async function findUserByEmail(scope: Scope, address: string): Promise<UserRow | undefined> {
  const found = await findAddressed(scope, address)
  return found && findUser(scope, found.id)
}

/** Whom a user name or an e-mail address names on the sign-in page. */
export async function findUserBySignInName(scope: Scope, typed: string): Promise<UserRow | undefined> {
  const { named, addressed } = await findNamed(scope, typed)
  return named ?? (addressed && findUser(scope, addressed.id))
}

/** The user name of whom a user name or an e-mail address names; what was typed, if that is nobody. */
export async function signInName(scope: Scope, typed: string): Promise<string> {
  const { named, addressed } = await findNamed(scope, typed)
  return (named ?? addressed)?.userName ?? typed
}

/**
 * One of the two, or none; a user name wins. It looks as often, and at the same time, for whoever is there and whoever is
 * not.
 */
async function findNamed(scope: Scope, typed: string): Promise<{ named?: UserRow; addressed?: Addressed }> {
  const [named, addressed] = await Promise.all([
    findUserByName(scope, typed),
    typed.includes('@') ? findAddressed(scope, typed) : undefined,
  ])
  // By a name that a provider or she herself chose, or that no password goes with, she takes nobody's address.
  const isHers = named && (addressed === undefined || (isKept(named) && named.passwordHash !== null))
  if (isHers) return { named }
  return addressed ? { addressed } : {}
}
