/** What becomes of a person whom a provider vouches for: signed in, linked, given an account, asked, or refused. Pure. */
import type { JitSettings, PasswordPolicy, SyncMethod } from '../../db/schema.ts'
import { domainOfAddress } from '../../directory/verified/address.ts'
import type { Resource, ResourceType } from '../../scim/schema.ts'
import { agreedTo } from '../arrival/shown.ts'
import { type Answers, answered, type AnswerError, type Asks, asksOf } from './asks.ts'
import type { Claims } from '../claims/said.ts'
import type { Synced } from '../claims/sync.ts'
import type { Refusal } from '../failure.ts'
import { grantNotes } from '../grants/listed.ts'
import { type Candidate, namedByRules, verdictOn, verifiedEmail } from './linking.ts'
import { freeUserName, type TakenNames, wantedUserName } from './user-name.ts'

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

/** `address`: the one that the provider has verified. */
export type KnownBy = 'externalId' | 'userName' | 'address'

/** Who else is or was here. */
export type Others = {
  /** Whom the organization keeps under the externalId that the provider tells (linking.externalIdClaim). */
  readonly byExternalId: readonly Candidate[]
  /** By each rule of linking, in order: who has the address. */
  readonly byRule: readonly (readonly Candidate[])[]
  /** By what somebody was deleted who is, by all that is known, the person. */
  readonly deletedBy: readonly KnownBy[]
  /** The same for somebody whom SCIM keeps, and has deactivated. */
  readonly deactivatedBy: readonly KnownBy[]
  readonly names: TakenNames
  /** The domain of the address that the provider has verified is the connection's. */
  readonly isOwnDomain: boolean
}

export type Situation = {
  readonly connection: { readonly name: string; readonly jit: JitSettings }
  /** The link of (connection, issuer, subject), and the user that it leads to. */
  readonly identity: { readonly userId: string; readonly synced?: Synced | null } | undefined
  readonly user: { readonly id: string; readonly active: boolean } | undefined
  readonly others: Others
  readonly claims: Claims
  /** What a user of this tenant has. */
  readonly type: ResourceType
  /** What the provider's word makes of an account of this name. */
  readonly describe: (userName: string) => Resource
  readonly policy: PasswordPolicy
  readonly answers?: Answers | undefined
  readonly provedUserId?: string | undefined
  /** She says that the account which she would have to prove is not hers. */
  readonly isDeclined?: boolean | undefined
}

/**
 * A link leads to an account: (connection, issuer, subject) alone is a person (OIDC Core section 5.7). Without one only
 * what the organization has set leads to an account that is there, by what linking.ts demands; a user name that somebody
 * can choose at the provider never does (RFC 9700).
 */
export function decideProvisioning(situation: Situation): Decision {
  const decision = decisionOn(situation)
  const notes = grantNotes(situation.connection.jit, situation.claims)
  return { ...decision, details: { ...decision.details, ...notes } }
}

function decisionOn(situation: Situation): Decision {
  const { connection, identity, user, others } = situation
  const { jit } = connection
  if (identity && user) {
    if (!user.active) return refuse('deactivated', { by: 'link' })
    const sync = jit.enabled ? jit.attributeSync : 'none'
    return { kind: 'sign-in', userId: user.id, sync, reason: 'linked-before', details: { sync } }
  }
  // Whoever deleted her meant it: only an administrator, or provisioning her again, brings her back.
  if (identity) return refuse('deleted', { by: 'link' })
  const external = byExternalId(situation)
  if (external) return external
  if (others.deletedBy.includes('externalId')) return refuse('deleted', { by: 'externalId' })
  if (others.deactivatedBy.includes('externalId')) return refuse('deactivated', { by: 'externalId' })
  if (!jit.enabled) return refuse('jit-off', {})
  return byRules(situation)
}

/** Provisioning has made her account: that counts where just-in-time provisioning is off, too. */
function byExternalId(situation: Situation): Decision | undefined {
  const { connection, others } = situation
  const claim = connection.jit.linking?.externalIdClaim
  if (claim === undefined) return undefined
  const details = { externalIdClaim: claim, candidates: others.byExternalId.length }
  return judge(situation, others.byExternalId, false, 'linked-by-external-id', details)
}

function byRules(situation: Situation): Decision {
  const { connection, claims, others } = situation
  const { rules = [], proof = false } = connection.jit.linking ?? {}
  const looked: Details[] = []
  for (const [i, named] of namedByRules(rules, claims, others.isOwnDomain).entries()) {
    if ('why' in named) {
      looked.push({ ...named.rule, outcome: named.why })
      continue
    }
    const all = others.byRule[i] ?? []
    const trusted = all.filter(({ isTrusted }) => isTrusted)
    const outcome = trusted.length > 0 ? 'matched' : all.length > 0 ? 'not-verified-here' : 'nobody'
    const found = { ...named.rule, value: named.value, outcome, candidates: trusted.length }
    const judged = judge(situation, trusted, proof, 'linked-by-attribute', { rules: [...looked, found] })
    const isDeclined = situation.isDeclined === true && judged?.kind === 'prove'
    if (judged && !isDeclined) return judged
    looked.push(isDeclined ? { ...found, outcome: 'declined' } : found)
  }
  return decideNew(situation, looked.length > 0 ? { rules: looked } : {})
}

/** Undefined if there is no candidate. */
function judge(
  { connection, provedUserId }: Situation,
  candidates: readonly Candidate[],
  proof: boolean,
  reason: Reason,
  details: Details,
): Decision | undefined {
  const verdict = verdictOn(candidates, proof)
  if (!verdict) return undefined
  if (verdict.kind === 'refuse') return refuse(verdict.refusal, details)
  const { userId, needsProof } = verdict
  const isProved = needsProof && provedUserId === userId
  if (needsProof && !isProved) {
    return { kind: 'prove', userId, reason, isAnother: provedUserId !== undefined, details }
  }
  const sync = connection.jit.enabled ? connection.jit.attributeSync : 'none'
  return { kind: 'link', userId, sync, reason: isProved ? 'proved' : reason, details: { ...details, by: reason, sync } }
}

function decideNew(situation: Situation, looked: Details): Decision {
  const { connection, claims, others, provedUserId, type, policy, describe, answers } = situation
  const { jit } = connection
  const [deletedBy] = others.deletedBy
  if (deletedBy) return refuse('deleted', { ...looked, by: deletedBy })
  const [deactivatedBy] = others.deactivatedBy
  if (deactivatedBy) return refuse('deactivated', { ...looked, by: deactivatedBy })
  if (jit.restrictToDomains && !others.isOwnDomain)
    return refuse('domain-not-allowed', { ...looked, ...mailOf(claims) })
  // Whose account she has shown to be hers is not the person's any more: she would get a second one.
  if (provedUserId !== undefined) return refuse('proof-outdated', { ...looked, provedUserId })
  const wanted = wantedUserName(claims, connection)
  const proposed = freeUserName(wanted, connection.name, others.names)
  const described = describe(proposed)
  const details = { ...looked, scheme: jit.scheme, wantedName: wanted }
  const asks = asksOf(jit, type, described)
  if (!asks) {
    return {
      kind: 'create',
      userName: proposed,
      user: described,
      reason: 'new',
      details: { ...details, userName: proposed },
    }
  }
  const asked = { asks, userName: proposed, user: described }
  const ask = (errors: readonly AnswerError[]): Decision => {
    return { kind: 'ask', ...asked, errors, reason: 'asked', details: { ...details, asks, errors } }
  }
  if (!answers) return ask([])
  const { errors, user, userName } = answered({ ...asked, type, policy, isTaken: others.names.chosen }, answers)
  if (errors.length > 0) return ask(errors)
  const consented = asks.consent ? { consented: agreedTo(type, user) } : {}
  return { kind: 'create', userName, user, reason: 'new', details: { ...details, asks, userName, ...consented } }
}

function mailOf(claims: Claims): Details {
  const verified = verifiedEmail(claims)
  if (verified !== undefined) return { domain: domainOfAddress(verified) ?? '' }
  return { email: claims.email === undefined ? 'missing' : 'not-verified' }
}

function refuse(refusal: Refusal, details: Details): Decision {
  return { kind: 'refuse', refusal, details }
}
