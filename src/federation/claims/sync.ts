/** What becomes of a user when a provider's word of her is taken. Pure. */
import { ScimError } from '../../core/errors.ts'
import type { JitSettings } from '../../db/schema.ts'
import { valueAt, withValueAt } from '../../scim/mapping/place.ts'
import { USER } from '../../scim/resource-types.ts'
import {
  type Attribute,
  findAttribute,
  isComplex,
  type Resource,
  type ResourceType,
  type Value,
} from '../../scim/schema.ts'
import { USER_SCHEMA } from '../../scim/schemas/user.ts'
import { withSchemas } from '../../scim/validate.ts'
import { canonicalValue, demandImmutableKept, demandParts, isTaken, sameValue } from '../../scim/values.ts'
import { listWith } from './lists.ts'
import { type Claims, isNothing } from './said.ts'
import { scopeOfClaim } from './standard.ts'
import { type Word, wordsOf } from './by-rules.ts'

/** The provider's word as it was last taken, by target. */
export type Synced = Readonly<Record<string, unknown>>

export type Sync = {
  readonly jit: JitSettings
  readonly claims: Claims
  /** What the authorization request asks for: of anything else the provider's silence says nothing. */
  readonly askedScopes: readonly string[]
  /** A new account is filled, whatever the method. */
  readonly moment: 'created' | 'linked' | 'signed-in'
  readonly synced?: Synced | null
}

/** A new user as the provider describes her. */
export function userOf(jit: JitSettings, claims: Claims, userName: string, type: ResourceType = USER): Resource {
  const bare: Resource = { schemas: [USER_SCHEMA.id], userName }
  return syncUser(type, bare, { jit, claims, askedScopes: [], moment: 'created' }).user
}

/**
 * The user with what the provider says of her now, as far as the connection's methods take it; the same object if nothing
 * changes. What is in no rule, userName and active among it, stays. `synced` is what was taken, to be kept with the link:
 * the same object if it is as it was.
 */
export function syncUser(type: ResourceType, user: Resource, sync: Sync): { user: Resource; synced: Synced } {
  const { words, isSilent } = wordsOf(type, sync.jit, sync.claims)
  const before = sync.synced ?? {}
  const isOver = isSilent && sync.moment !== 'created'
  const changed = words.reduce(
    (now, word) => (isOver && word.claims.length > 0 ? now : synced(type, now, word, sync)),
    user,
  )
  const after = sameValue(user, changed) ? user : withSchemas(type, changed)
  const taken = Object.fromEntries(words.flatMap((word) => takenOf(word, after, before)))
  return { user: after, synced: sync.synced && sameValue(taken, before) ? sync.synced : taken }
}

/** The provider's word as far as it is what the user has: what is kept with the link of a new account. */
export function syncedOf(type: ResourceType, user: Resource, jit: JitSettings, claims: Claims): Synced {
  return Object.fromEntries(wordsOf(type, jit, claims).words.flatMap((word) => takenOf(word, user, {})))
}

/** Whether the connection takes anything at all, now that there is an account. */
export function isTaking(
  { enabled, mapping, attributeSync }: JitSettings,
  sync: Pick<Sync, 'moment' | 'synced'>,
): boolean {
  const methods = (mapping ?? [{ sync: attributeSync }]).map((rule) => rule.sync ?? attributeSync)
  return enabled && methods.some((one) => one !== 'none' && (one !== 'firstSignIn' || isFirst(sync)))
}

/** Who has linked her account herself comes through it for the first time later. */
function isFirst({ moment, synced }: Pick<Sync, 'moment' | 'synced'>): boolean {
  return moment === 'linked' || !synced
}

function synced(type: ResourceType, user: Resource, word: Word, sync: Sync): Resource {
  const { place, value } = word
  const taken = sync.synced?.[word.target]
  const present = valueAt(user, place)
  if (!counts(word, present, taken, sync)) return user
  if (value === undefined) return isNothing(present) ? user : placed(type, user, word, undefined)
  const isOverridden = word.method === 'override' && sync.moment !== 'created'
  const next =
    place.attribute?.multiValued && Array.isArray(value)
      ? listWith(place.attribute, present, value, taken, isOverridden)
      : isComplex(value) && isComplex(present)
        ? { ...present, ...value }
        : value
  return sameValue(present, next) ? user : placed(type, user, word, next)
}

/** Whether the provider's word, or its silence, counts. */
function counts({ method, value, claims }: Word, present: unknown, taken: unknown, sync: Sync): boolean {
  if (sync.moment === 'created') return value !== undefined
  switch (method) {
    case 'override':
      return value !== undefined || wasAskedFor(claims, taken, sync.askedScopes)
    case 'fillEmpty':
      return value !== undefined && isNothing(present)
    case 'preserveLocal':
      return value !== undefined && (taken === undefined || isKept(taken, present))
    case 'firstSignIn':
      return value !== undefined && isFirst(sync)
    case 'none':
      return false
  }
}

/** Of a claim that no scope is known for nobody can tell but by that the provider has said it before. */
function wasAskedFor(claims: readonly string[], taken: unknown, askedScopes: readonly string[]): boolean {
  return claims.every((claim) => {
    const scope = scopeOfClaim(claim)
    return scope === undefined ? taken !== undefined : askedScopes.includes(scope)
  })
}

/** Whether what was taken is there still: what somebody added to it here does not count. */
function isKept(taken: unknown, present: unknown): boolean {
  if (!Array.isArray(taken)) return covers(present, taken)
  return Array.isArray(present) && taken.every((one) => present.some((other) => covers(other, one)))
}

function covers(whole: unknown, part: unknown): boolean {
  if (!isComplex(part) || !isComplex(whole)) return sameValue(whole, part)
  return Object.entries(part).every(([name, value]) => sameValue(whole[name], value))
}

/** With the value at its place; without what the schema does not let change there. */
function placed(type: ResourceType, user: Resource, { place }: Word, value: Value | undefined): Resource {
  const { container, name } = place
  const attribute = findAttribute(type, container === undefined ? name : `${container}:${name}`)?.attribute
  const whole = { container, name, pick: undefined, sub: undefined, attribute }
  if (!attribute) return user
  const before = valueAt(user, whole)
  const isPart = place.pick !== undefined || place.sub !== undefined
  const after = isPart ? valueAt(withValueAt(user, place, value), whole) : value
  const kept = allowed(attribute, before, after)
  return kept === 'refused' ? user : (withValueAt(user, whole, kept) as Resource)
}

function allowed(attribute: Attribute, before: unknown, after: unknown): Value | undefined | 'refused' {
  if (attribute.mutability === 'immutable' && before !== undefined) return 'refused'
  try {
    const next = canonicalValue(attribute, after, attribute.name, isTaken)
    if (next === undefined) return attribute.required ? 'refused' : undefined
    demandParts(attribute, next)
    return isComplex(before) && isComplex(next) ? demandImmutableKept(attribute, before, next) : next
  } catch (error) {
    if (error instanceof ScimError) return 'refused'
    throw error
  }
}

/** What was not taken now was changed here, or is not said: what was taken before is remembered, unless it was taken away. */
function takenOf({ target, place, value, method }: Word, user: Resource, before: Synced): [string, unknown][] {
  const present = valueAt(user, place)
  if (value !== undefined && isKept(value, present)) return [[target, value]]
  const isRemoved = method === 'override' && isNothing(present)
  return before[target] === undefined || isRemoved ? [] : [[target, before[target]]]
}
