/**
 * The fields of a form that holds every attribute of a resource: each is named by the path of its value, as messages of
 * the SCIM engine name it (`name.givenName`, `emails[0].value`, `urn:…:User:department`). Pure.
 */
import { hashToken } from '../../../core/crypto.ts'
import type { FormValues } from '../../../http.ts'
import {
  type Attribute,
  type Complex,
  isComplex,
  type ResourceType,
  schemasOf,
  type Value,
} from '../../../scim/schema.ts'

/** What stands in the fields, by their names. A field without a text is left out. */
export type Fields = Readonly<Record<string, string>>

/** An attribute of a resource type, and the name of its field. */
export type Place = {
  readonly attribute: Attribute
  /** The URN of its extension. */
  readonly container: string | undefined
  readonly path: string
}

/** A form takes 256 KiB: what is larger than this is changed over SCIM. */
const LARGEST_VALUE = 16 * 1024

/** Every attribute that somebody could change or read in a form: all but secrets, and what the server says by itself. */
export function placesOf(type: ResourceType): Place[] {
  const externalId = type.common.filter((attribute) => attribute.name === 'externalId')
  return schemasOf(type).flatMap((schema) => {
    const isCore = schema === type.schema
    return [...schema.attributes, ...(isCore ? externalId : [])].filter(isForForms).map((attribute) => ({
      attribute,
      container: isCore ? undefined : schema.id,
      path: isCore ? attribute.name : `${schema.id}:${attribute.name}`,
    }))
  })
}

/** Members have pages of their own. */
function isForForms({ returned, mutability, name }: Attribute): boolean {
  return returned !== 'never' && mutability !== 'readOnly' && name !== 'members'
}

export function valueAt(
  resource: Readonly<Record<string, unknown>>,
  { container, attribute }: Place,
): Value | undefined {
  const holder = container === undefined ? resource : resource[container]
  return isComplex(holder) ? holder[attribute.name] : undefined
}

/** Set once, it stays. */
export function isFixed({ mutability }: Attribute, value: unknown): boolean {
  return mutability === 'readOnly' || (mutability === 'immutable' && value !== undefined)
}

/** Whether the value is too long for a form: then it is told of, and stays as it is. */
export function isTooLarge(value: Value | undefined): boolean {
  return value !== undefined && JSON.stringify(value).length > LARGEST_VALUE
}

/** The fields of every attribute that a form of this resource has. */
export function fieldsOf(places: readonly Place[], resource: Readonly<Record<string, unknown>>): Fields {
  const entries = places.flatMap((place) => {
    const value = valueAt(resource, place)
    return isTooLarge(value) ? [] : fieldsOfValue(place.attribute, place.path, value)
  })
  return Object.fromEntries(entries)
}

function fieldsOfValue(attribute: Attribute, path: string, value: Value | undefined): [string, string][] {
  if (value === undefined || value === null || isFixed(attribute, value)) return []
  if (!attribute.multiValued) return fieldsOfOne(attribute, path, value)
  const values = Array.isArray(value) ? value : [value]
  const rows = values.flatMap((one, i) => fieldsOfOne(attribute, rowOf(path, i), one))
  const primary = values.findIndex((one) => isComplex(one) && one.primary === true)
  return primary < 0 || !hasPrimary(attribute) ? rows : [...rows, [primaryOf(path), String(primary)]]
}

function fieldsOfOne(attribute: Attribute, path: string, value: Value): [string, string][] {
  if (!attribute.subAttributes) return [[path, textOf(value)]]
  if (!isComplex(value)) return []
  return partsOf(attribute).flatMap((part) => fieldsOfValue(part, `${path}.${part.name}`, value[part.name]))
}

/** The sub-attributes that have fields of their own; which value is primary is one choice among all of them. */
export function partsOf(attribute: Attribute): readonly Attribute[] {
  return (attribute.subAttributes ?? []).filter((part) => !(hasPrimary(attribute) && part.name === 'primary'))
}

export function hasPrimary({ multiValued, subAttributes = [] }: Attribute): boolean {
  return multiValued && subAttributes.some(({ name, type }) => name === 'primary' && type === 'boolean')
}

export function rowOf(path: string, index: number): string {
  return `${path}[${index}]`
}

/** The choice of the primary value: its index. */
export function primaryOf(path: string): string {
  return `${path}.primary`
}

/** The box that takes a row away; no attribute can have this name. */
export function removalOf(row: string): string {
  return `${row}.$remove`
}

/** How a field shows a value. */
export function textOf(value: Value | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value)
}

/** The fields at a path and below it. */
export function fieldsAt(fields: Fields, path: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isAt(name, path)))
}

export function isAt(name: string, path: string): boolean {
  return name === path || (name.startsWith(path) && /^[.[]/.test(name.slice(path.length)))
}

/** The rows of a multi-valued attribute that have anything in them, by their numbers. */
export function rowsIn(fields: Fields, path: string): number[] {
  const numbers = Object.entries(fields).flatMap(([name, text]) => {
    const [, number] = name.startsWith(`${path}[`) ? (/^(\d{1,4})\]/.exec(name.slice(path.length + 1)) ?? []) : []
    return number === undefined || text === '' ? [] : [Number(number)]
  })
  return [...new Set(numbers)].sort((one, other) => one - other)
}

/** Tells whether the fields at a path are as they were shown, without showing them twice. */
function fingerprint(fields: Fields, path: string): string {
  const entries = Object.entries(fieldsAt(fields, path)).filter(([, text]) => text !== '')
  const sorted = entries.map(([name, text]) => [name, oneLineEnd(text)]).sort()
  return hashToken(JSON.stringify(sorted)).slice(0, 12)
}

/** What a form carries, to tell at its return what was typed from what was shown. */
export function printsOf(fields: Fields, paths: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(paths.map((path) => [path, fingerprint(fields, path)])))
}

/** Of a text that is not ours, none. */
export function printsIn(text: unknown): Fields {
  if (typeof text !== 'string') return {}
  try {
    const prints: unknown = JSON.parse(text)
    return typeof prints === 'object' && prints !== null ? textsOf({ ...prints }) : {}
  } catch {
    return {}
  }
}

/** Whether something else is in the fields at a path than was shown there. */
export function isTouched(typed: Fields, path: string, prints: Fields): boolean {
  return fingerprint(typed, path) !== prints[path]
}

/** What was typed into a refused form; where nothing was, what is there now: somebody else may have changed it. */
export function typedOr<F extends Fields>(now: F, values: FormValues): F {
  const prints = printsIn(values.shown)
  if (Object.keys(values).length === 0) return now
  const typed = textsOf(values)
  const entries = Object.entries(now).map(([name, text]) => [
    name,
    isTouched(typed, name, prints) ? (typed[name] ?? '') : text,
  ])
  return { ...now, ...Object.fromEntries(entries) }
}

/** The fields of a form, each with the one text that it has. */
export function textsOf(values: Readonly<Record<string, unknown>>): Fields {
  const entries = Object.entries(values).map(
    ([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const,
  )
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** Browsers send every line break as CR LF. */
export function oneLineEnd(text: string): string {
  return text.replace(/\r\n?/g, '\n')
}

/** A complex value as it is changed: its parts by name. */
export function partsIn(value: Value | undefined): Complex {
  return isComplex(value) ? value : {}
}
