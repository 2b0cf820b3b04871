import { hashToken } from '../../core/crypto.ts'
import { firstOf } from '../../db/open.ts'
import type { LinkPurpose } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import { findUser, type UserRow } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'

export type StoredLink = {
  readonly token_hash: string
  readonly purpose: LinkPurpose
  readonly user_id: string
  readonly address_hash: string
  readonly password_print: string
  readonly sealed: string
  readonly created: number
  readonly expires_at: number
}

/** A link that is good still. */
export type MailedLink = {
  readonly tokenHash: string
  /** What its purpose needs to know; not checked yet. */
  readonly about: unknown
  /** Whose it is; undefined for who is no user yet. */
  readonly user: UserRow | undefined
  readonly stored: StoredLink
}

export function sealedPlace(tenantId: string, tokenHash: string) {
  return { tenantId, table: 'mailed_links', row: tokenHash }
}

/** What is kept of the password hash that a user has: only whether it is another by now. */
export function passwordPrint(user: Pick<UserRow, 'passwordHash'> | undefined): string {
  return user ? hashToken(user.passwordHash ?? '') : ''
}

/**
 * The link of a token, if it is for this purpose, in time, and its user is active and has the password still that she
 * had when it was made. It is not used up by that: programs that read mail follow links, too.
 */
export async function findLink(scope: Scope, purpose: LinkPurpose, token: string): Promise<MailedLink | undefined> {
  const { db, platform, tenantId, now } = scope
  const tokenHash = hashToken(token)
  const stored = await firstOf<StoredLink>(
    db,
    sql`select token_hash, purpose, user_id, address_hash, password_print, sealed, created, expires_at
      from mailed_links
      where tenant_id = ${tenantId} and token_hash = ${tokenHash} and purpose = ${purpose} and expires_at > ${now}`,
  )
  if (!stored) return undefined
  const user = stored.user_id === '' ? undefined : await findUser(scope, stored.user_id)
  if (stored.user_id !== '' && (!user?.active || passwordPrint(user) !== stored.password_print)) return undefined
  const about: unknown = JSON.parse(await platform.sealer.open(stored.sealed, sealedPlace(tenantId, tokenHash)))
  return { tokenHash, about, user, stored }
}
