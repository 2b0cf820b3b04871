/** Which account that is here already is the person's who arrives, if any is. Pure. */
import type { Authenticator, JitSettings } from '../../db/schema.ts'
import { isSameAddress } from '../../directory/verified/address.ts'
import { claimText } from '../claims/claim-text.ts'
import type { Claims } from '../claims/said.ts'

/** Somebody with an account here who may be the person. */
export type Candidate = {
  readonly id: string
  readonly active: boolean
  /** The organization says, or she has shown, that what she was found by is hers. */
  readonly isTrusted: boolean
  /** She may do more here than everybody. */
  readonly isPrivileged: boolean
  /** Somebody else of this provider is linked to her. */
  readonly isLinked: boolean
}

/** A connection with many tenants at its provider has an issuer for each, all of them at once. */
export function hasManyIssuers(authenticator: Pick<Authenticator, 'allowedTenants'> | null): boolean {
  return (authenticator?.allowedTenants ?? []).length > 0
}

/** The e-mail address that the provider has verified; undefined unless it says so in as many words (OIDC Core section 5.1). */
export function verifiedEmail(claims: Claims): string | undefined {
  return claims.email_verified === true ? claimText(claims, 'email') : undefined
}

export type Rule = NonNullable<NonNullable<JitSettings['linking']>['rules']>[number]

/** A rule, and why it names nobody by itself: its claim is absent, or is no address that the provider may speak for. */
export type Named =
  | { readonly rule: Rule; readonly value: string }
  | { readonly rule: Rule; readonly why: 'no-claim' | 'not-verified' | 'other-domain' }

/**
 * What the rules look for; `isOwnDomain` is about the address that the provider has verified. A value counts only if it is
 * that very address, and the address is of the connection's own domains: of no other would the provider know whose it is.
 */
export function namedByRules(rules: readonly Rule[], claims: Claims, isOwnDomain: boolean): readonly Named[] {
  const verified = verifiedEmail(claims)
  return rules.map((rule) => {
    const value = claimText(claims, rule.claim)
    if (value === undefined) return { rule, why: 'no-claim' }
    if (verified === undefined || !isSameAddress(verified, value)) return { rule, why: 'not-verified' }
    return isOwnDomain ? { rule, value } : { rule, why: 'other-domain' }
  })
}

/** What comes of those whom a rule or an externalId names; undefined if it is nobody. */
export type Verdict =
  | { readonly kind: 'one'; readonly userId: string; readonly needsProof: boolean }
  | { readonly kind: 'refuse'; readonly refusal: 'ambiguous' | 'deactivated' | 'linked-elsewhere' }

/**
 * Exactly one, and nobody is linked to her yet. Who may do more than everybody shows that the account is hers: a provider
 * vouches for its people, and not for who governs this server.
 */
export function verdictOn(candidates: readonly Candidate[], proof: boolean): Verdict | undefined {
  const [one, ...others] = candidates
  if (!one) return undefined
  if (others.length > 0) return { kind: 'refuse', refusal: 'ambiguous' }
  if (!one.active) return { kind: 'refuse', refusal: 'deactivated' }
  if (one.isLinked) return { kind: 'refuse', refusal: 'linked-elsewhere' }
  return { kind: 'one', userId: one.id, needsProof: proof || one.isPrivileged }
}
