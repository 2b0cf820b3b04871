/** What becomes of a person whom a provider vouches for: signed in, linked, given an account, asked, or refused. Pure. */
import type { JitSettings, SyncMethod } from '../db/schema.ts'
import type { Resource } from '../scim/schema.ts'
import type { Claims } from './claims/said.ts'
import { userOf } from './claims/sync.ts'
import { readableUserName, slug } from './claims/user-name.ts'
import type { Refusal } from './failure.ts'

/** Why it was decided so: for the administrator, in the log of decisions. */
export type Reason =
  | 'linked-before'
  | 'new'
  | 'linked-by-attribute'
  | 'linked-by-external-id'
  | 'proved'
  | 'asked-by-herself'
  | 'linked-by-administrator'
  | Refusal

/** What a new person is asked on a page before there is an account. */
export type Asks = {
  readonly userName: boolean
  readonly password: boolean
  readonly consent: boolean
  /** SCIM paths that the account has to have, and the provider does not say. */
  readonly attributes: readonly string[]
}

export type Decision =
  | { readonly kind: 'sign-in'; readonly userId: string; readonly sync: SyncMethod; readonly reason: Reason }
  /** An account that is there already becomes hers at this provider. */
  | { readonly kind: 'link'; readonly userId: string; readonly sync: SyncMethod; readonly reason: Reason }
  /** The same, once she has signed in to it. */
  | { readonly kind: 'prove'; readonly userId: string; readonly reason: Reason }
  | { readonly kind: 'create'; readonly user: Resource; readonly userName: string; readonly reason: Reason }
  | { readonly kind: 'ask'; readonly asks: Asks; readonly user: Resource; readonly userName: string }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** What she has answered on the page: it is checked as if somebody else had made it up. */
export type Answers = {
  readonly userName?: string
  readonly password?: string
  readonly attributes?: Resource
  readonly consented?: boolean
}

export type Situation = {
  readonly connection: { readonly name: string; readonly jit: JitSettings }
  /** The link of (connection, issuer, subject), and the user that it leads to. */
  readonly identity: { readonly userId: string } | undefined
  readonly user: { readonly id: string; readonly active: boolean } | undefined
  /** Somebody was deleted who is, by all that is known, this person. */
  readonly isDeleted: boolean
  readonly claims: Claims
  readonly nameTaken: (userName: string) => boolean
}

/**
 * Only an existing link leads to an existing account. Neither a user name nor an e-mail address ever does: whoever can
 * choose one at the provider could choose somebody else's account here (RFC 9700 and OIDC Core section 5.7: sub and iss
 * alone identify a person).
 */
export function decideProvisioning({ connection, identity, user, isDeleted, claims, nameTaken }: Situation): Decision {
  const { jit } = connection
  if (identity && user) {
    if (!user.active) return { kind: 'refuse', refusal: 'deactivated' }
    const sync = jit.enabled ? jit.attributeSync : 'none'
    return { kind: 'sign-in', userId: user.id, sync, reason: 'linked-before' }
  }
  // Whoever deleted her meant it: only an administrator, or provisioning her again, brings her back.
  if (isDeleted) return { kind: 'refuse', refusal: 'deleted' }
  if (!jit.enabled) return { kind: 'refuse', refusal: 'jit-off' }
  if (jit.scheme !== 'silent') return { kind: 'refuse', refusal: 'scheme-not-built' }
  const userName = freeUserName(readableUserName(claims, connection.name, jit.userNameClaim), connection.name, nameTaken)
  return { kind: 'create', userName, user: userOf(jit, claims, userName), reason: 'new' }
}

/** kim, or if somebody has that kim.idp-is2, or kim.idp-is2-2 and so on. */
function freeUserName(wanted: string, connectionName: string, nameTaken: (userName: string) => boolean): string {
  if (!nameTaken(wanted)) return wanted
  const second = secondUserName(wanted, connectionName)
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? second : `${second}-${n}`
    if (!nameTaken(candidate)) return candidate
  }
}

/** What every user name begins with that is given because the wanted one is taken. */
export function secondUserName(wanted: string, connectionName: string): string {
  return `${wanted.replace(/@.*$/s, '')}.${slug(connectionName, '-') || 'connection'}`
}
