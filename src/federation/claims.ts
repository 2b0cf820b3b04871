/** What an OpenID provider says of a person (OIDC Core section 5.1), as a SCIM User (RFC 7643 section 4.1). Pure. */
import { type Complex, isComplex, type Resource, type Value } from '../scim/schema.ts'
import { USER_SCHEMA } from '../scim/schemas/user.ts'
import { containerOf } from '../scim/validate.ts'
import { sameValue } from '../scim/values.ts'

export type Claims = Readonly<Record<string, unknown>>

type Mapping = {
  readonly claim: string
  /** The scope that asks for the claim (OIDC Core section 5.4). */
  readonly scope: 'profile' | 'email' | 'phone'
  /** An attribute, or attribute.part. */
  readonly attribute: string
  /** The claim is the primary one of several values. */
  readonly isList?: boolean
  /** What else is no such value, and is left out. */
  readonly form?: RegExp
}

const EMAIL = /^[^\s@]+@[^\s@]+$/
/** Such a link is shown to administrators: never javascript: or data:. */
const WEB_ADDRESS = /^https?:\/\/[^\s"'<>\\]+$/i

/** The one table. `sub` is not in it: who a person is stands in federated_identities and not in the profile. */
export const CLAIM_MAPPING: readonly Mapping[] = [
  { claim: 'name', scope: 'profile', attribute: 'displayName' },
  { claim: 'name', scope: 'profile', attribute: 'name.formatted' },
  { claim: 'given_name', scope: 'profile', attribute: 'name.givenName' },
  { claim: 'family_name', scope: 'profile', attribute: 'name.familyName' },
  { claim: 'middle_name', scope: 'profile', attribute: 'name.middleName' },
  { claim: 'nickname', scope: 'profile', attribute: 'nickName' },
  { claim: 'profile', scope: 'profile', attribute: 'profileUrl', form: WEB_ADDRESS },
  { claim: 'picture', scope: 'profile', attribute: 'photos', isList: true, form: WEB_ADDRESS },
  { claim: 'locale', scope: 'profile', attribute: 'locale' },
  { claim: 'zoneinfo', scope: 'profile', attribute: 'timezone' },
  { claim: 'email', scope: 'email', attribute: 'emails', isList: true, form: EMAIL },
  { claim: 'phone_number', scope: 'phone', attribute: 'phoneNumbers', isList: true },
]

const MAX_TEXT = 1000
const MAX_USER_NAME = 100
/** Control characters, and those that turn the direction of what is written after them. */
const UNSHOWABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u
/** No colon: a Basic header could not carry it (RFC 7617 section 2). */
const USER_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@+'-]*$/u
/** A UUID, hexadecimal digits, or base64url: made by a machine, and nothing that a person could be found by. */
const OPAQUE =
  /^(\P{L}+|[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|[\da-fA-F]{16,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{20,})$/u

/** A new user as the provider describes her. */
export function userOf(claims: Claims, userName: string): Resource {
  return syncUser({ schemas: [USER_SCHEMA.id], userName }, claims, 'preserveLocal', [])
}

/**
 * The user with what the provider says of her now. 'preserveLocal' keeps what it does not say; 'override' removes it,
 * but only what was asked for, and not if the provider says nothing at all. What is in no mapping, userName and active
 * among it, stays in either case. Gives back the same object if nothing changes.
 */
export function syncUser(
  user: Resource,
  claims: Claims,
  sync: 'override' | 'preserveLocal',
  askedScopes: readonly string[],
): Resource {
  const values = CLAIM_MAPPING.map((mapping) => valueOf(mapping, claims))
  const isSilent = values.every((value) => value === undefined)
  const changed = structuredClone(user)
  CLAIM_MAPPING.forEach((mapping, i) => {
    const value = values[i]
    const isRemoved = sync === 'override' && !isSilent && askedScopes.includes(mapping.scope)
    if (value !== undefined) assign(changed, mapping, value, sync)
    else if (isRemoved) unassign(changed, mapping)
  })
  return sameValue(user, changed) ? user : changed
}

function assign(
  user: Resource,
  { attribute, isList }: Mapping,
  value: string,
  sync: 'override' | 'preserveLocal',
): void {
  const [name = '', part] = attribute.split('.')
  if (part !== undefined) containerOf(user, name)[part] = value
  else user[name] = isList ? listWith(user[name], value, sync) : value
}

function unassign(user: Resource, { attribute }: Mapping): void {
  const [name = '', part] = attribute.split('.')
  const holder = user[name]
  if (part !== undefined && isComplex(holder)) delete holder[part]
  if (part === undefined || (isComplex(holder) && Object.keys(holder).length === 0)) delete user[name]
}

/** The list with `value` as its primary one; its type and the like stay where it was in the list already. */
function listWith(present: Value | undefined, value: string, sync: 'override' | 'preserveLocal'): Complex[] {
  const list = Array.isArray(present) ? present.filter(isComplex) : []
  const known = list.find((one) => one.value === value)
  const primary: Complex = { ...known, value, primary: true }
  if (sync === 'override') return [primary]
  const rest = list.map((one) => (one === known ? primary : withoutPrimary(one)))
  return known ? rest : [primary, ...rest]
}

function withoutPrimary({ primary: _primary, ...rest }: Complex): Complex {
  return rest
}

/**
 * A user name that people can read, find and type: what the provider has for it, an e-mail address that is not said to
 * be unverified, given.family, or the name at the connection.
 */
export function readableUserName(claims: Claims, connectionName: string): string {
  const [given, family] = [textOf(claims, 'given_name'), textOf(claims, 'family_name')]
  const email = textOf(claims, 'email') ?? ''
  const candidates = [
    textOf(claims, 'preferred_username'),
    claims.email_verified !== false && EMAIL.test(email) ? email : undefined,
    given && family && `${slug(given, '.')}.${slug(family, '.')}`,
  ]
  const name = textOf(claims, 'name') ?? given ?? family ?? textOf(claims, 'nickname') ?? ''
  return candidates.find(isReadable) ?? `${slug(name, '.') || 'user'}@${slug(connectionName, '-') || 'connection'}`
}

function isReadable(name: string | undefined): name is string {
  return name !== undefined && isUserName(name) && !OPAQUE.test(name)
}

/** Whether a text will do as a user name that a provider or its person has chosen. */
export function isUserName(text: string): boolean {
  return text.length <= MAX_USER_NAME && USER_NAME.test(text)
}

/** Letters and digits in lower case, with `joint` between the words: at most 40 characters. */
export function slug(text: string, joint: '.' | '-'): string {
  const words =
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return [...words.join(joint)].slice(0, 40).join('').replace(/[.-]$/, '')
}

function valueOf({ claim, form }: Mapping, claims: Claims): string | undefined {
  const text = claim === 'name' ? fullName(claims) : textOf(claims, claim)
  return text !== undefined && (form?.test(text) ?? true) ? text : undefined
}

function fullName(claims: Claims): string | undefined {
  const parts = ['given_name', 'family_name'].flatMap((claim) => textOf(claims, claim) ?? [])
  return textOf(claims, 'name') ?? (parts.length > 0 ? parts.join(' ') : undefined)
}

/** A claim as text that can be stored and shown; undefined for any other type and any other text. */
function textOf(claims: Claims, claim: string): string | undefined {
  const value = claims[claim]
  if (typeof value !== 'string' || !value.isWellFormed()) return undefined
  const text = value.normalize('NFC').trim()
  return text === '' || text.length > MAX_TEXT || UNSHOWABLE.test(text) ? undefined : text
}
