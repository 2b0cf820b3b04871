/** The fields of what a new account has to have and the provider does not say: one for each path. Pure. */
import { unlessRefused } from '../../core/errors.ts'
import type { Field } from '../../html.ts'
import { parseTarget } from '../../scim/mapping/place.ts'
import type { Attribute, ResourceType } from '../../scim/schema.ts'
import { CUSTOM_USER_URN } from '../../scim/schemas/custom.ts'

export type Input = {
  readonly type: NonNullable<Field['type']> | 'yes-or-no' | 'language'
  readonly autocomplete: string
  readonly inputmode?: Field['inputmode']
  readonly suggestions: readonly string[]
  /** What an administrator says that an attribute of the tenant's own is for. */
  readonly meaning: string
  readonly hint: 'dateHelp' | 'wholeNumber' | 'number' | undefined
}

const FRONT = 'attribute.'

/** What the field for a path is called in the form. */
export function inputName(path: string): string {
  return FRONT + path
}

/** By what browsers fill in: HTML's names of what is hers (WCAG 1.3.5). */
const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  displayName: 'name',
  'name.formatted': 'name',
  'name.givenName': 'given-name',
  'name.middleName': 'additional-name',
  'name.familyName': 'family-name',
  'name.honorificPrefix': 'honorific-prefix',
  'name.honorificSuffix': 'honorific-suffix',
  nickName: 'nickname',
  profileUrl: 'url',
  title: 'organization-title',
  preferredLanguage: 'language',
  emails: 'email',
  phoneNumbers: 'tel',
  'addresses.formatted': 'street-address',
  'addresses.streetAddress': 'street-address',
  'addresses.locality': 'address-level2',
  'addresses.region': 'address-level1',
  'addresses.postalCode': 'postal-code',
  'addresses.country': 'country',
  organization: 'organization',
}

const TYPES: Partial<Record<Attribute['type'], Omit<Input, 'autocomplete' | 'suggestions' | 'meaning'>>> = {
  boolean: { type: 'yes-or-no', hint: undefined },
  integer: { type: 'text', inputmode: 'numeric', hint: 'wholeNumber' },
  decimal: { type: 'text', inputmode: 'decimal', hint: 'number' },
  dateTime: { type: 'datetime-local', hint: 'dateHelp' },
  binary: { type: 'lines', hint: undefined },
  reference: { type: 'url', hint: undefined },
}
const BY_NAME: Readonly<Record<string, Input['type']>> = {
  emails: 'email',
  phoneNumbers: 'tel',
  preferredLanguage: 'language',
}

export function inputAt(type: ResourceType, path: string): Input {
  const place = placeAt(type, path)
  const plain = path
    .replace(/^urn:.*:(?=[^:]*$)/i, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\.value$/, '')
  const isOwn = path.startsWith(`${CUSTOM_USER_URN}:`)
  const attribute = place?.attribute
  const byType = attribute === undefined ? undefined : TYPES[attribute.type]
  return {
    ...(byType ?? { type: (isOwn ? undefined : BY_NAME[plain]) ?? 'text', hint: undefined }),
    autocomplete: (isOwn ? undefined : AUTOCOMPLETE[plain]) ?? 'off',
    suggestions: attribute?.canonicalValues ?? [],
    meaning: isOwn ? (attribute?.description ?? '') : '',
  }
}

function placeAt(type: ResourceType, path: string) {
  return unlessRefused(() => parseTarget(type, path))
}
