/** What will be stored of a new person, for her to read before she agrees to it. Pure. */
import { hashToken } from '../../core/crypto.ts'
import {
  type Attribute,
  isComplex,
  type Resource,
  type ResourceType,
  schemasOf,
  type Value,
} from '../../scim/schema.ts'

/** A value that will be stored, and the path that it will stand at. */
export type Shown = { readonly path: string; readonly value: string | boolean }

/** What is no news to her, or no business of hers to read: that she may sign in; a secret; and what nobody stores. */
const UNSHOWN = ['active', 'password', 'groups', 'roles']

/** What people look for first; the rest is in the order of the schema. */
const FIRST = [
  'userName',
  'displayName',
  'name.formatted',
  'name.givenName',
  'name.middleName',
  'name.familyName',
  'emails',
]

/** Every value of a new account. Of several values of an attribute each is one. */
export function shownOf(type: ResourceType, user: Resource): Shown[] {
  const rank = ({ path }: Shown) => (FIRST.includes(path) ? FIRST.indexOf(path) : FIRST.length)
  return valuesOf(type, user).sort((one, other) => rank(one) - rank(other))
}

function valuesOf(type: ResourceType, user: Resource): Shown[] {
  const common = type.common.filter(({ name }) => name === 'externalId')
  return schemasOf(type).flatMap((schema) => {
    const isCore = schema === type.schema
    const holder = isCore ? user : user[schema.id]
    if (!isComplex(holder)) return []
    return [...schema.attributes, ...(isCore ? common : [])]
      .filter(({ name }) => !(isCore && UNSHOWN.includes(name)))
      .flatMap((attribute) => {
        const path = isCore ? attribute.name : `${schema.id}:${attribute.name}`
        return shownAt(attribute, path, holder[attribute.name])
      })
  })
}

function shownAt(attribute: Attribute, path: string, value: Value | undefined): Shown[] {
  if (value === undefined || value === null || value === '') return []
  if (Array.isArray(value)) return value.flatMap((one) => shownAt({ ...attribute, multiValued: false }, path, one))
  if (!isComplex(value)) return [{ path, value: typeof value === 'boolean' ? value : String(value) }]
  // Whatever else is said of an address or a number, it is known by its value.
  if (value.value !== undefined) return shownAt(attribute, path, value.value)
  return (attribute.subAttributes ?? [])
    .filter(({ name }) => name !== 'primary' && name !== 'type')
    .flatMap((part) => shownAt(part, `${path}.${part.name}`, value[part.name]))
}

/** The attributes that somebody has agreed to, each once: for the record, which holds no values. */
export function agreedTo(type: ResourceType, user: Resource): string[] {
  return [...new Set(shownOf(type, user).map(({ path }) => path))]
}

/**
 * Tells whether a page that comes back showed what would be stored and asked now: a connection may have been changed
 * meanwhile, and nobody agrees to what she has not read. What she types herself is not in it.
 */
export function printOf(type: ResourceType, user: Resource, asks: { readonly userName: boolean }): string {
  const shown = shownOf(type, user).filter(({ path }) => !(asks.userName && path === 'userName'))
  return hashToken(JSON.stringify([asks, shown]))
}
