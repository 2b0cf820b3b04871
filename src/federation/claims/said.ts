/** What a provider says, as far as it can be stored and shown. Pure. */
import { claimAt, claimNameOf, type ClaimPath, parseClaimPath } from '../../core/claim-path.ts'
import { unlessRefused } from '../../core/errors.ts'
import { isRecord } from '../../core/json-value.ts'
import type { Read } from '../../scim/mapping/transforms.ts'

export type Claims = Readonly<Record<string, unknown>>

const MAX_TEXT = 1000
/** Objects in objects, and values of one list: more is nobody's profile. */
const MAX_DEPTH = 4
const MAX_VALUES = 1000
/** Control characters, and those that turn the direction of what is written after them. */
const UNSHOWABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

/** A value as text that can be stored and shown; undefined for any other type and any other text. */
export function textIn(value: unknown): string | undefined {
  if (typeof value !== 'string' || !value.isWellFormed()) return undefined
  const text = value.normalize('NFC').trim()
  return text === '' || text.length > MAX_TEXT || UNSHOWABLE.test(text) ? undefined : text
}

/** A claim as text; undefined for any other type and any other text. */
export function textOfClaim(claims: Claims, claim: string): string | undefined {
  return Object.hasOwn(claims, claim) ? textIn(claims[claim]) : undefined
}

/** A value of any shape without what cannot be shown. */
export function showable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return textIn(value)
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value
  if (typeof value !== 'object' || value === null || depth === MAX_DEPTH) return undefined
  if (Array.isArray(value)) {
    return value.slice(0, MAX_VALUES).flatMap((one: unknown) => {
      const kept = showable(one, depth + 1)
      return kept === undefined ? [] : [kept]
    })
  }
  const parts = Object.entries(value).map(([name, one]) => [name, showable(one, depth + 1)] as const)
  return Object.fromEntries(parts.filter(([, kept]) => kept !== undefined))
}

/** Undefined for what is no path of a claim. */
export function claimPath(text: string): ClaimPath | undefined {
  return unlessRefused(() => parseClaimPath(text))
}

/** Reads paths of the claims, each once. */
export function readerOfClaims(claims: Claims): Read {
  const known = new Map<string, unknown>()
  return (text) => {
    if (known.has(text)) return known.get(text)
    const path = claimPath(text)
    const value = path && showable(claimAt(claims, path))
    known.set(text, value)
    return value
  }
}

/** The claim that a path begins with; '' if it is none. */
export function rootOf(text: string): string {
  return claimNameOf(claimPath(text) ?? [])
}

/** The claims that are text: what a standard claim is (OIDC Core section 5.1), anything else under its name is not it. */
export function onlyTexts(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => typeof value === 'string'))
}

/** Whether there is anything in it. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0
}
