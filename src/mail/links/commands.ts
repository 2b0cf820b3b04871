/** Links that are mailed: each good once, for a while, and only while the person's password is the one that she had. */
import { hashToken, randomToken } from '../../core/crypto.ts'
import { rowsOf, runBatch } from '../../db/open.ts'
import type { LinkPurpose } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import { hashAddress } from '../../directory/verified/commands.ts'
import type { UserRow } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { type MailedLink, passwordPrint, sealedPlace, type StoredLink } from './queries.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** How long a link is good. */
const LIFETIMES: Readonly<Record<LinkPurpose, number>> = {
  reset: 30 * MINUTE,
  verify: 24 * HOUR,
  'sign-up': 24 * HOUR,
  notice: 0,
}
/** So much is mailed within an hour to one user about her account, and to one address about whatever. */
const MOST_TO_USER = 5
const MOST_TO_ADDRESS = 5

export type NewLink = {
  readonly purpose: LinkPurpose
  /** Whose it is, if she is a user already. */
  readonly user: Pick<UserRow, 'id' | 'passwordHash'> | undefined
  /** Where it is mailed to. */
  readonly address: string
  /** What the purpose needs to know. */
  readonly about: unknown
}

/** Makes a link's token; undefined if as much was mailed to this user or address lately as may be. */
export async function makeLink(scope: Scope, link: NewLink): Promise<string | undefined> {
  const { db, platform, tenantId, now } = scope
  const token = randomToken()
  const tokenHash = hashToken(token)
  const sealed = await platform.sealer.seal(JSON.stringify(link.about), sealedPlace(tenantId, tokenHash))
  const userId = link.user?.id ?? ''
  const addressHash = hashAddress(link.address)
  const since = now.getTime() - HOUR
  const [made] = await runBatch(db, [
    sql`insert into mailed_links (tenant_id, token_hash, purpose, user_id, address_hash, password_print, sealed, created,
        expires_at)
      select ${tenantId}, ${tokenHash}, ${link.purpose}, ${userId}, ${addressHash}, ${passwordPrint(link.user)},
        ${sealed}, ${now}, ${now.getTime() + LIFETIMES[link.purpose]}
      where (${userId} = '' or (select count(*) from mailed_links where tenant_id = ${tenantId}
          and user_id = ${userId} and created > ${since}) < ${MOST_TO_USER})
        and (select count(*) from mailed_links where tenant_id = ${tenantId}
          and address_hash = ${addressHash} and created > ${since}) < ${MOST_TO_ADDRESS}`,
  ])
  return made?.rowsAffected === 1 ? token : undefined
}

/** It was not sent after all: it does not count. */
export async function discardLink({ db, tenantId }: Scope, token: string): Promise<void> {
  await runBatch(db, [sql`delete from mailed_links where tenant_id = ${tenantId} and token_hash = ${hashToken(token)}`])
}

/** Uses a link up: of two who follow it at once, one gets it. */
export async function takeLink(scope: Scope, link: MailedLink): Promise<boolean> {
  const { db, tenantId, now } = scope
  const taken = await rowsOf<StoredLink>(
    db,
    sql`delete from mailed_links where tenant_id = ${tenantId} and token_hash = ${link.tokenHash}
      and expires_at > ${now} returning token_hash`,
  )
  return taken.length === 1
}

/** `work` for which a link was taken; if it throws, it is good again: too many waited to hash a password, for one. */
export async function orPutBack<T>(scope: Scope, link: MailedLink, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    await putLinkBack(scope, link)
    throw error
  }
}

/** What it was taken for was refused, and nothing was done: it is good again. */
export async function putLinkBack({ db, tenantId }: Scope, { stored }: MailedLink): Promise<void> {
  await runBatch(db, [
    sql`insert into mailed_links (tenant_id, token_hash, purpose, user_id, address_hash, password_print, sealed, created,
        expires_at)
      values (${tenantId}, ${stored.token_hash}, ${stored.purpose}, ${stored.user_id}, ${stored.address_hash},
        ${stored.password_print}, ${stored.sealed}, ${stored.created}, ${stored.expires_at})`,
  ])
}
