/** What becomes of a person whom a provider vouches for: signed in, linked, given an account, asked, or refused. Pure. */
import type { JitSettings, PasswordPolicy, SyncMethod } from '../db/schema.ts'
import type { Resource, ResourceType } from '../scim/schema.ts'
import { type Answers, answered, type AnswerError, type Asks, asksOf } from './asks.ts'
import type { Claims } from './claims.ts'
import type { Refusal } from './failure.ts'
import { freeUserName, wantedUserName } from './user-name.ts'

export type { Answers, AnswerError, Asks } from './asks.ts'

/** Why it was decided so: for the administrator, in the log of decisions. */
export type Reason =
  | 'linked-before'
  | 'new'
  | 'linked-by-attribute'
  | 'linked-by-external-id'
  | 'proved'
  | 'asked-by-herself'
  | 'linked-by-administrator'
  | 'asked'
  | Refusal

/** What it was decided by, for an administrator: JSON, and never a token. */
export type Details = Readonly<Record<string, unknown>>

export type Decision = (
  | { readonly kind: 'sign-in'; readonly userId: string; readonly sync: SyncMethod; readonly reason: Reason }
  /** An account that is there already becomes hers at this provider. */
  | { readonly kind: 'link'; readonly userId: string; readonly sync: SyncMethod; readonly reason: Reason }
  /** The same, once she has signed in to it; `isAnother`: she has, but to another one. */
  | { readonly kind: 'prove'; readonly userId: string; readonly reason: Reason; readonly isAnother: boolean }
  | { readonly kind: 'create'; readonly user: Resource; readonly userName: string; readonly reason: Reason }
  /** `errors` say what was wrong with her answers; before she has given any there are none. */
  | {
      readonly kind: 'ask'
      readonly asks: Asks
      readonly user: Resource
      readonly userName: string
      readonly errors: readonly AnswerError[]
      readonly reason: Reason
    }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }
) & { readonly details: Details }

export type Situation = {
  readonly connection: { readonly name: string; readonly jit: JitSettings }
  /** The link of (connection, issuer, subject), and the user that it leads to. */
  readonly identity: { readonly userId: string } | undefined
  readonly user: { readonly id: string; readonly active: boolean } | undefined
  /** Somebody was deleted who is, by all that is known, this person. */
  readonly isDeleted: boolean
  readonly claims: Claims
  /** What a user of this tenant has. */
  readonly type: ResourceType
  /** What the provider's word makes of an account of this name. */
  readonly describe: (userName: string) => Resource
  readonly nameTaken: (userName: string) => boolean
  readonly policy: PasswordPolicy
  readonly answers?: Answers | undefined
  readonly provedUserId?: string | undefined
}

/**
 * Only an existing link leads to an existing account. Neither a user name nor an e-mail address ever does: whoever can
 * choose one at the provider could choose somebody else's account here (RFC 9700 and OIDC Core section 5.7: sub and iss
 * alone identify a person).
 */
export function decideProvisioning(situation: Situation): Decision {
  const { connection, identity, user, isDeleted } = situation
  const { jit } = connection
  if (identity && user) {
    if (!user.active) return { kind: 'refuse', refusal: 'deactivated', details: {} }
    const sync = jit.enabled ? jit.attributeSync : 'none'
    return { kind: 'sign-in', userId: user.id, sync, reason: 'linked-before', details: {} }
  }
  // Whoever deleted her meant it: only an administrator, or provisioning her again, brings her back.
  if (isDeleted) return { kind: 'refuse', refusal: 'deleted', details: {} }
  if (!jit.enabled) return { kind: 'refuse', refusal: 'jit-off', details: {} }
  return decideNew(situation)
}

function decideNew({ connection, claims, type, policy, describe, nameTaken, answers }: Situation): Decision {
  const proposed = freeUserName(wantedUserName(claims, connection), connection.name, nameTaken)
  const described = describe(proposed)
  const asks = asksOf(connection.jit, type, described)
  if (!asks) return { kind: 'create', userName: proposed, user: described, reason: 'new', details: {} }
  const asked = { asks, userName: proposed, user: described }
  if (!answers) return { kind: 'ask', ...asked, errors: [], reason: 'asked', details: {} }
  const { errors, user, userName } = answered({ ...asked, type, policy, nameTaken }, answers)
  if (errors.length > 0) return { kind: 'ask', ...asked, errors, reason: 'asked', details: {} }
  return { kind: 'create', userName, user, reason: 'new', details: {} }
}
