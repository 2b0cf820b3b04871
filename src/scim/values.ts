import { ScimError } from '../core/errors.ts'
import { type Attribute, type Complex, isComplex, namedIn, type Value } from './schema.ts'

const MAX_TEXT = 4096
/** Certificates and links with data in them are longer than names. */
const MAX_LONG_TEXT = 65536
export const MAX_VALUES = 1000
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/**
 * One attribute's value in canonical form, or undefined if it is unassigned (null and [] are, RFC 7643 section 2.5).
 * `place` is the attribute's path for messages. Throws invalidValue. `keep` says which attributes are taken at all.
 */
export function canonicalValue(
  attribute: Attribute,
  value: unknown,
  place: string,
  keep: (attribute: Attribute) => boolean,
): Value | undefined {
  if (value === null || value === undefined) return undefined
  if (!attribute.multiValued) {
    if (!Array.isArray(value)) return singleValue(attribute, value, place, keep)
    if (value.length === 0) return undefined
    // Entra has sent a manager as an array of one.
    if (value.length === 1 && attribute.type === 'complex') return singleValue(attribute, value[0], place, keep)
    throw new ScimError('invalidValue', `${place} must be a single value`)
  }
  // OneLogin sends its one e-mail address as an object, not as an array of one.
  const list = Array.isArray(value) ? value : [value]
  if (list.length > MAX_VALUES && attribute.name !== 'members') {
    throw new ScimError('invalidValue', `${place} has more than ${MAX_VALUES} values`)
  }
  const values = list.flatMap((one, i) => singleValue(attribute, one, `${place}[${i}]`, keep) ?? [])
  demandOnePrimary(values, place)
  return values.length === 0 ? undefined : withoutDuplicates(values)
}

function singleValue(
  attribute: Attribute,
  value: unknown,
  place: string,
  keep: (attribute: Attribute) => boolean,
): Value | undefined {
  if (value === null) return undefined
  if (attribute.type !== 'complex') return simpleValue(attribute, value, place)
  // A bare string stands for the sub-attribute `value`: WSO2's e-mail addresses, Entra's manager.
  const given = typeof value === 'string' && namedIn(attribute.subAttributes ?? [], 'value') ? { value } : value
  if (!isComplex(given)) throw new ScimError('invalidValue', `${place} must be an object`)
  const result: Complex = {}
  for (const sub of attribute.subAttributes ?? []) {
    const found = Object.keys(given).find((name) => name.toLowerCase() === sub.name.toLowerCase())
    if (found === undefined || !keep(sub)) continue
    const canonical = canonicalValue(sub, given[found], `${place}.${sub.name}`, keep)
    if (canonical !== undefined) result[sub.name] = canonical
  }
  return Object.keys(result).length === 0 ? undefined : result
}

function simpleValue(attribute: Attribute, value: unknown, place: string): Value {
  const wrong = (wanted: string) => new ScimError('invalidValue', `${place} must be ${wanted}`)
  switch (attribute.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value
      // Entra sends "True" and "False".
      if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
      throw wrong('true or false')
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong('an integer')
      return value
    case 'decimal':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong('a number')
      return value
    case 'dateTime':
      if (typeof value !== 'string' || !DATE_TIME.test(value) || Number.isNaN(Date.parse(value))) {
        throw wrong('a date and time such as 2026-01-31T12:00:00Z')
      }
      return value
    case 'binary':
      if (typeof value !== 'string' || !BASE64.test(value)) throw wrong('base64')
      return demandLength(value, MAX_LONG_TEXT, place)
    case 'reference':
      if (typeof value !== 'string') throw wrong('a string')
      return demandLength(value, MAX_LONG_TEXT, place)
    case 'string':
    case 'complex':
      if (typeof value !== 'string') throw wrong('a string')
      return demandLength(value, MAX_TEXT, place)
  }
}

function demandLength(value: string, limit: number, place: string): string {
  if (value.length > limit) throw new ScimError('invalidValue', `${place} has more than ${limit} characters`)
  return value
}

/** RFC 7643 section 2.4: the primary value appears once at the most. */
export function demandOnePrimary(values: readonly Value[], place: string): void {
  if (values.filter((value) => isComplex(value) && value.primary === true).length > 1) {
    throw new ScimError('invalidValue', `${place} has more than one primary value`)
  }
}

/** The same value twice is one value (RFC 7643 section 2.4 wants (type, value) pairs not repeated). */
export function withoutDuplicates(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

/** What a client's word counts for: all but what is read-only, and `schemas`, which follows from the rest. */
export function isTaken(attribute: Attribute): boolean {
  return attribute.mutability !== 'readOnly' && attribute.name !== 'schemas'
}

export function isBlank(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** Whether two values are the same JSON; the order of names does not count, that of values does. */
export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((part, i) => sameValue(part, other[i]))
  }
  if (!isComplex(one) || !isComplex(other)) return false
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => sameValue(one[name], other[name]))
}
