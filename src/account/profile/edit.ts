/** Which of her attributes a person changes herself, and how. Pure. */
import { LANGUAGES } from '../../core/language.ts'
import type { FieldError } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { patchResource } from '../../scim/patch.ts'
import { type Complex, isComplex, type Resource, type ResourceType } from '../../scim/schema.ts'
import { profileWords } from './words.ts'

const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const LONGEST = 200

/** What she may change; the rest (user name, roles, what the organization says of her) is the organization's. */
export type Profile = {
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly phone: string
  readonly language: string
}
const FIELDS = ['displayName', 'givenName', 'familyName', 'phone', 'language'] as const

/** What the form shows of a user. */
export function profileOf(user: { readonly [attribute: string]: unknown }): Profile {
  const name = isComplex(user.name) ? user.name : {}
  return {
    displayName: textOf(user.displayName),
    givenName: textOf(name.givenName),
    familyName: textOf(name.familyName),
    phone: textOf(mainOf(user.phoneNumbers)?.value),
    language: textOf(user.preferredLanguage),
  }
}

export function typedProfile(form: Readonly<Record<string, unknown>>): Profile {
  const [displayName = '', givenName = '', familyName = '', phone = '', language = ''] = FIELDS.map((name) =>
    textOf(form[name]),
  )
  return { displayName, givenName, familyName, phone, language }
}

/** `shown` is what the form showed: a language that is none of ours may stay, a telephone number as well. */
export function faultsOf(typed: Profile, shown: Profile, language: Language): readonly FieldError[] {
  const words = profileWords(language)
  const long = FIELDS.filter((name) => typed[name].length > LONGEST)
  if (long.length > 0) return long.map((field) => ({ field, message: words.tooLong(words[field]) }))
  const isPhone = typed.phone === '' || typed.phone === shown.phone || /^\+?[\d\s()./-]{3,40}$/.test(typed.phone)
  return isPhone ? [] : [{ field: 'phone', message: words.badPhone }]
}

/** The languages that she may choose: ours, and the one that she has. */
export function languagesFor(present: string): readonly string[] {
  const ours: readonly string[] = LANGUAGES
  return present === '' || ours.includes(present) ? ours : [...ours, present]
}

/** The user with what was typed and is other than what the form showed; what else has changed meanwhile stays. */
export function editProfile(type: ResourceType, user: Resource, typed: Profile, shown: Profile): Resource {
  const value = (path: string, text: string) =>
    text === '' ? { op: 'remove', path } : { op: 'replace', path, value: text }
  const isRenamed = typed.givenName !== shown.givenName || typed.familyName !== shown.familyName
  const operations = [
    ...(typed.displayName === shown.displayName ? [] : [value('displayName', typed.displayName)]),
    ...(typed.givenName === shown.givenName ? [] : [value('name.givenName', typed.givenName)]),
    ...(typed.familyName === shown.familyName ? [] : [value('name.familyName', typed.familyName)]),
    // A whole name that was made of the old parts would contradict the new ones.
    ...(isRenamed && isComplex(user.name) && user.name.formatted ? [{ op: 'remove', path: 'name.formatted' }] : []),
    ...(typed.language === shown.language ? [] : [value('preferredLanguage', typed.language)]),
    ...(typed.phone === shown.phone
      ? []
      : [{ op: 'replace', path: 'phoneNumbers', value: withMain(user.phoneNumbers, typed.phone) }]),
  ]
  if (operations.length === 0) return user
  return patchResource(type, user, { schemas: [PATCH_URN], Operations: operations })
}

/** The primary value, or the first if none is primary, becomes this one; an empty one goes. */
function withMain(values: unknown, value: string): Complex[] {
  const list = Array.isArray(values) ? values.filter(isComplex) : []
  const main = mainOf(values)
  if (value === '') return list.filter((one) => one !== main)
  return main ? list.map((one) => (one === main ? { ...one, value } : one)) : [{ value, primary: true }]
}

function mainOf(values: unknown): Complex | undefined {
  const list = Array.isArray(values) ? values.filter(isComplex) : []
  return list.find((one) => one.primary === true) ?? list[0]
}

/** Browsers take line breaks out of a line; the blanks around it are a slip. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\r\n]/g, '').trim() : ''
}
