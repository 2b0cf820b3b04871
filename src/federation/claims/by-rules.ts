/** What a provider says of a person, attribute by attribute, as the rules of its connection have it. Pure. */
import { claimTarget } from '../../connections/jit/claim-rules.ts'
import { unlessRefused } from '../../core/errors.ts'
import type { ClaimRule, JitSettings, SyncMethod } from '../../db/schema.ts'
import { ruleValue } from '../../scim/mapping/map.ts'
import type { Place } from '../../scim/mapping/place.ts'
import { pathsIn, type Read } from '../../scim/mapping/transforms.ts'
import type { ResourceType, Value } from '../../scim/schema.ts'
import { type Claims, isNothing, onlyTexts, readerOfClaims, rootOf } from './said.ts'
import { storable } from './showable.ts'
import { PROTOCOL_CLAIMS, STANDARD_RULES } from './standard.ts'

/** The provider's word for one attribute. */
export type Word = {
  /** As the rule writes it. */
  readonly target: string
  readonly place: Place
  readonly method: SyncMethod
  /** Undefined if it says nothing that can be taken. */
  readonly value: Value | undefined
  /** The claims that it was looked for in, and whether there is anything in one of them. */
  readonly claims: readonly string[]
  readonly isSaid: boolean
}

export type Words = {
  readonly words: readonly Word[]
  /** It tells no more than who somebody is: of nothing else it can be said that it is not so any more. */
  readonly isSilent: boolean
}

/** Of several rules for one target the last counts that finds something. A rule that makes no sense any more does nothing. */
export function wordsOf(type: ResourceType, jit: JitSettings, claims: Claims): Words {
  const rules = new Map<string, ClaimRule[]>()
  for (const rule of jit.mapping ?? STANDARD_RULES) {
    const before = rules.get(rule.target)
    if (before) before.push(rule)
    else rules.set(rule.target, [rule])
  }
  const [readAny, readTexts] = [readerOfClaims(claims), readerOfClaims(onlyTexts(claims))]
  const readFor = (rule: ClaimRule) => (STANDARD_RULES.includes(rule) ? readTexts : readAny)
  const words = [...rules.values()].flatMap((same) => wordOf(type, jit, same, readFor) ?? [])
  return { words, isSilent: !words.some((word) => word.isSaid) }
}

function wordOf(
  type: ResourceType,
  jit: JitSettings,
  rules: readonly ClaimRule[],
  readFor: (rule: ClaimRule) => Read,
): Word | undefined {
  const [first] = rules
  const place = first && placeOf(type, first.target)
  if (!place) return undefined
  const found = rules.map((rule) => {
    const read = readFor(rule)
    const isSaid = claimsIn(rule).some(
      (name) => !PROTOCOL_CLAIMS.has(name) && !isNothing(read(/^\w+$/.test(name) ? name : `"${name}"`)),
    )
    return { isSaid, value: storable(place, ruleValue(place, rule, { read, sent: undefined })) }
  })
  const at = found.findLastIndex(({ value }) => value !== undefined)
  const rule = rules.at(at) ?? first
  return {
    target: first.target,
    place,
    method: rule.on === 'create' ? 'none' : (rule.sync ?? jit.attributeSync),
    value: found[at]?.value,
    claims: [...new Set(rules.flatMap(claimsIn))],
    isSaid: found.some((one) => one.isSaid),
  }
}

function placeOf(type: ResourceType, target: string): Place | undefined {
  return unlessRefused(() => claimTarget(type, target))
}

/** The claims that a rule reads. */
export function claimsIn(rule: ClaimRule): readonly string[] {
  const known = claimsOfRules.get(rule)
  if (known) return known
  const found = findClaims(rule)
  claimsOfRules.set(rule, found)
  return found
}
const claimsOfRules = new WeakMap<ClaimRule, readonly string[]>()

function findClaims({ source, transforms = [] }: ClaimRule): string[] {
  const templates = transforms.flatMap((one) => (one.type === 'template' ? pathsIn(one.template) : []))
  return [...(source === undefined ? [] : [source]), ...templates].map(rootOf).filter((name) => name !== '')
}
