/** What a provider says that somebody is in, by the claim that a connection names for it. Pure. */
import { claimAt, claimNameOf } from '../../core/claim-path.ts'
import { isRecord } from '../../core/json-value.ts'
import type { JitSettings } from '../../db/schema.ts'
import { type Claims, claimPath, textIn } from '../claims/said.ts'

/** One group or role in the provider's words: its name, its id, or both. */
export type Mention = readonly string[]

export type Listed =
  | { readonly kind: 'listed'; readonly mentions: readonly Mention[] }
  /** It was not sent: nothing changes. */
  | { readonly kind: 'absent' }
  /** It was sent, and is not to be used: nothing changes, and an administrator is told why. */
  | { readonly kind: 'unusable'; readonly why: 'overage' | 'shape' | 'too-many' }

/** More are no list of a person's groups: Entra ID sends 200 at most, and names a place to read them all. */
const MOST = 2000
/** Of one text so many characters are looked at. */
const LONGEST = 200_000
const SEPARATOR = /[,;\n]/
/** The parts by which providers name a group or role that is an object: of SCIM, of Keycloak, of Microsoft Graph. */
const PARTS = ['value', 'id', 'name', 'display', 'displayName']

/** An array of texts, numbers or objects, or one text with commas, semicolons or lines in it. */
export function listedIn(claims: Claims, claim: string): Listed {
  const path = claimPath(claim)
  if (!path) return { kind: 'absent' }
  const found = claimAt(claims, path)
  if (found === undefined || found === null) return isOverage(claims, claimNameOf(path)) ? OVERAGE : { kind: 'absent' }
  if (typeof found === 'string') return listedInText(found)
  if (!Array.isArray(found)) return { kind: 'unusable', why: 'shape' }
  if (found.length > MOST) return { kind: 'unusable', why: 'too-many' }
  const mentions = found.map(mentionOf)
  // Of a list of something else nobody knows what it says.
  if (mentions.length > 0 && mentions.every((one) => one.length === 0)) return { kind: 'unusable', why: 'shape' }
  return { kind: 'listed', mentions: mentions.filter((one) => one.length > 0) }
}

const OVERAGE = { kind: 'unusable', why: 'overage' } as const

/** There are too many groups for a token (Entra ID; OIDC Core section 5.6.2: distributed claims). */
function isOverage(claims: Claims, name: string): boolean {
  const elsewhere = claims._claim_names
  return (isRecord(elsewhere) && Object.hasOwn(elsewhere, name)) || (name === 'groups' && claims.hasgroups === true)
}

function listedInText(text: string): Listed {
  const isTooMany = text.length > LONGEST || text.split(SEPARATOR, MOST + 1).length > MOST
  return isTooMany ? { kind: 'unusable', why: 'too-many' } : { kind: 'listed', mentions: mentionsIn(text) }
}

/** The whole text as well: a distinguished name has commas in it. */
function mentionsIn(text: string): Mention[] {
  const parts = text.split(SEPARATOR).flatMap((part) => textIn(part) ?? [])
  const whole = textIn(text)
  return whole === undefined || parts.includes(whole)
    ? parts.map((part) => [part])
    : [...parts, whole].map((one) => [one])
}

function mentionOf(one: unknown): Mention {
  const found = isRecord(one) ? PARTS.map((part) => (Object.hasOwn(one, part) ? one[part] : undefined)) : [one]
  const texts = found.flatMap((value) => (Number.isSafeInteger(value) ? String(value) : textIn(value)) ?? [])
  return [...new Set(texts)]
}

/** What of the provider's word on groups and roles cannot be used, and why: for the log of decisions. */
export function grantNotes({ groups, roles }: JitSettings, claims: Claims): Readonly<Record<string, unknown>> {
  const ignored = [groups, roles].flatMap((grant) => {
    const listed = grant && listedIn(claims, grant.claim)
    return listed?.kind === 'unusable' ? [{ claim: grant?.claim, why: listed.why }] : []
  })
  return ignored.length === 0 ? {} : { ignoredClaims: ignored }
}
