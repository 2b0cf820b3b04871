/** Claims about a person, from her SCIM document. Pure. */
import { isRecord } from '../core/json-value.ts'
import type { UserDocument } from '../db/schema.ts'
import { type KnownScope, SCOPE_CLAIMS } from './scope.ts'

export type Person = {
  readonly id: string
  readonly userName: string
  readonly displayName: string | null
  readonly document: UserDocument
  readonly lastModified: Date
  readonly groups: readonly { readonly displayName: string }[]
  /** Names of the roles that this application is told of. */
  readonly roles: readonly string[]
  /** Whether she has shown that her primary address is hers, by a link that was mailed there. */
  readonly isEmailVerified: boolean
}

/**
 * The claims that these scopes give, and those that were asked for one by one (OpenID Connect Core sections 5.1, 5.4 and
 * 5.5). What is not known is left out.
 */
export function claimsOf(
  person: Person,
  scopes: readonly KnownScope[],
  single: readonly string[] = [],
): Record<string, unknown> {
  const all = allClaims(person)
  const wanted = [...scopes.flatMap((scope): readonly string[] => SCOPE_CLAIMS[scope]), ...single]
  return Object.fromEntries(wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])))
}

function allClaims(person: Person): Record<string, unknown> {
  const { id, userName, displayName, document, lastModified, groups, roles } = person
  const name = isRecord(document.name) ? document.name : {}
  const parts = [name.givenName, name.middleName, name.familyName].filter((part) => typeof part === 'string')
  return {
    sub: id,
    name: displayName ?? text(name.formatted) ?? (parts.join(' ') || undefined),
    given_name: text(name.givenName),
    family_name: text(name.familyName),
    middle_name: text(name.middleName),
    nickname: text(document.nickName),
    preferred_username: userName,
    profile: text(document.profileUrl),
    picture: primaryValue(document.photos),
    locale: text(document.locale) ?? text(document.preferredLanguage),
    zoneinfo: text(document.timezone),
    updated_at: Math.floor(lastModified.getTime() / 1000),
    email: primaryValue(document.emails),
    email_verified: primaryValue(document.emails) === undefined ? undefined : person.isEmailVerified,
    phone_number: primaryValue(document.phoneNumbers),
    // Nobody has shown it here.
    phone_number_verified: primaryValue(document.phoneNumbers) === undefined ? undefined : false,
    address: addressOf(document.addresses),
    groups: groups.length > 0 ? groups.map((group) => group.displayName) : undefined,
    roles: roles.length > 0 ? roles : undefined,
  }
}

/** OpenID Connect Core section 5.1.1, of a SCIM address (RFC 7643 section 4.1.2). */
function addressOf(values: unknown): Record<string, string> | undefined {
  const address = primaryOf(values)
  if (!address) return undefined
  const parts = {
    formatted: text(address.formatted),
    street_address: text(address.streetAddress),
    locality: text(address.locality),
    region: text(address.region),
    postal_code: text(address.postalCode),
    country: text(address.country),
  }
  const known = Object.entries(parts).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []))
  return known.length > 0 ? Object.fromEntries(known) : undefined
}

/** The primary value of a multi-valued attribute, else its first (RFC 7643 section 2.4). */
function primaryValue(values: unknown): string | undefined {
  return text(primaryOf(values)?.value)
}

function primaryOf(values: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(values)) return undefined
  const list = values.filter(isRecord)
  return list.find((value) => value.primary === true) ?? list[0]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
