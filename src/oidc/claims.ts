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
}

/** The claims that these scopes give (OpenID Connect Core sections 5.1 and 5.4). What is not known is left out. */
export function claimsOf(person: Person, scopes: readonly KnownScope[]): Record<string, unknown> {
  const all = allClaims(person)
  const wanted = scopes.flatMap((scope): readonly string[] => SCOPE_CLAIMS[scope])
  return Object.fromEntries(wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])))
}

function allClaims({ id, userName, displayName, document, lastModified, groups }: Person): Record<string, unknown> {
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
    phone_number: primaryValue(document.phoneNumbers),
    groups: groups.length > 0 ? groups.map((group) => group.displayName) : undefined,
  }
}

/** The primary value of a multi-valued attribute, else its first (RFC 7643 section 2.4). */
function primaryValue(values: unknown): string | undefined {
  if (!Array.isArray(values)) return undefined
  const list = values.filter(isRecord)
  return text((list.find((value) => value.primary === true) ?? list[0])?.value)
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
