/** What attributes are called on a page. */
import { nameInWords } from '../../../scim/name-in-words.ts'
import type { Attribute } from '../../../scim/schema.ts'
import { isAt, type Place } from './fields.ts'

/** By paths without their rows; the rest is called by its name, in words. */
const LABELS: Readonly<Record<string, string>> = {
  userName: 'User name',
  externalId: 'External ID',
  profileUrl: 'Profile URL',
  emails: 'E-mail addresses',
  'emails.value': 'Address',
  'phoneNumbers.value': 'Number',
  ims: 'Messengers',
  'ims.value': 'Address',
  'photos.value': 'URL',
  'addresses.formatted': 'Whole address',
  'addresses.locality': 'City',
  'x509Certificates.value': 'Certificate (DER in base64)',
  x509Certificates: 'Certificates',
  timezone: 'Time zone',
  'name.formatted': 'Whole name',
  'manager.value': 'User ID',
}

/** Of one value, for "Add an e-mail address". */
const SINGULARS: Readonly<Record<string, string>> = {
  emails: 'an e-mail address',
  phoneNumbers: 'a phone number',
  ims: 'a messenger',
  photos: 'a photo',
  addresses: 'an address',
  entitlements: 'an entitlement',
  x509Certificates: 'a certificate',
}

export function labelOfAttribute(attribute: Attribute, path: string): string {
  const plain = path.replace(/\[\d+\]/g, '').replace(/^urn:.*:/i, '')
  return LABELS[plain] ?? nameInWords(attribute.name)
}

/** Where a field stands in the whole form: "Phone numbers 3, Number". */
export function labelOfField(places: readonly Place[], field: string): string {
  const place = places.find(({ path }) => isAt(field, path))
  return place ? labelAt(place.attribute, place.path, field) : field
}

/** `path` is the attribute's; what follows it in the field's name is a row and a part of it. */
function labelAt(attribute: Attribute, path: string, field: string): string {
  const [, row = '', part] = /^(\[\d+\])?(?:\.([^.[]+))?/.exec(field.slice(path.length)) ?? []
  const number = row === '' ? '' : ` ${Number(row.slice(1, -1)) + 1}`
  const label = labelOfAttribute(attribute, path) + number
  const inside = attribute.subAttributes?.find(({ name }) => name === part)
  return inside ? `${label}, ${labelAt(inside, `${path}${row}.${inside.name}`, field)}` : label
}

export function oneOfAttribute(attribute: Attribute): string {
  return SINGULARS[attribute.name] ?? `a value of ${nameInWords(attribute.name)}`
}
