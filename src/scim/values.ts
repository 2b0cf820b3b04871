import { ScimError } from '../core/errors.ts'
import { type Attribute, type Complex, isComplex, namedIn, type Value } from './schema.ts'

const MAX_TEXT = 4096
/** Certificates and links with data in them are longer than names. */
const MAX_LONG_TEXT = 65536
export const MAX_VALUES = 1000
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/
/** In groups of four, the last of which may be cut or filled up (RFC 4648 sections 4 and 5). */
const BASE64 = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/

/** Which attributes are taken at all. */
type Keep = (attribute: Attribute) => boolean

/**
 * One attribute's value in canonical form, or undefined if it is unassigned (null and [] are, RFC 7643 section 2.5).
 * `place` is the attribute's path for messages. Throws invalidValue.
 */
export function canonicalValue(attribute: Attribute, value: unknown, place: string, keep: Keep): Value | undefined {
  if (value === null || value === undefined) return undefined
  if (!attribute.multiValued) {
    if (!Array.isArray(value)) return singleValue(attribute, value, place, keep)
    if (value.length === 0) return undefined
    throw new ScimError('invalidValue', `${place} must be a single value`)
  }
  if (!Array.isArray(value)) throw new ScimError('invalidValue', `${place} must be an array`)
  if (value.length > MAX_VALUES && attribute.name !== 'members') {
    throw new ScimError('invalidValue', `${place} has more than ${MAX_VALUES} values`)
  }
  const values: Value[] = []
  for (const [i, one] of value.entries()) {
    const canonical = one === null ? undefined : singleValue(attribute, one, `${place}[${i}]`, keep)
    if (canonical !== undefined) values.push(canonical)
  }
  if (values.length < 2) return values.length === 0 ? undefined : values
  demandOnePrimary(values, place)
  return withoutRepeated(values)
}

function singleValue(attribute: Attribute, value: unknown, place: string, keep: Keep): Value | undefined {
  if (attribute.type !== 'complex') return simpleValue(attribute, value, place)
  if (!isComplex(value)) throw new ScimError('invalidValue', `${place} must be an object`)
  const result: Complex = {}
  for (const [name, one] of Object.entries(value)) {
    const sub = namedIn(attribute.subAttributes ?? [], name)
    if (!sub || !keep(sub)) continue
    const canonical = canonicalValue(sub, one, `${place}.${sub.name}`, keep)
    if (canonical !== undefined) result[sub.name] = canonical
  }
  return Object.keys(result).length === 0 ? undefined : result
}

function simpleValue(attribute: Attribute, value: unknown, place: string): Value {
  switch (attribute.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value
      throw wrong(place, 'true or false')
    case 'integer':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value
      throw wrong(place, 'an integer')
    case 'decimal':
      if (typeof value === 'number' && Number.isFinite(value)) return value
      throw wrong(place, 'a number')
    case 'dateTime':
      if (typeof value === 'string' && isDateTime(value)) return value
      throw wrong(place, 'a date and time such as 2026-01-31T12:00:00Z')
    case 'binary':
      if (typeof value === 'string' && BASE64.test(value)) return text(value, MAX_LONG_TEXT, place)
      throw wrong(place, 'base64')
    case 'reference':
      if (typeof value === 'string') return text(value, MAX_LONG_TEXT, place)
      throw wrong(place, 'a string')
    case 'string':
    case 'complex':
      if (typeof value === 'string') return text(value, MAX_TEXT, place)
      throw wrong(place, 'a string')
  }
}

/** As xsd:dateTime has it (RFC 7643 section 2.3.5). Date.parse takes the 30th of February for the 1st of March. */
export function isDateTime(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE_TIME.exec(text) ?? []
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return day !== '' && Number(day) <= last && !Number.isNaN(Date.parse(text))
}

function wrong(place: string, wanted: string): ScimError {
  return new ScimError('invalidValue', `${place} must be ${wanted}`)
}

/** Text that comes back from the database as it went in: it has no NUL and no half of a surrogate pair. */
function text(value: string, limit: number, place: string): string {
  if (value.length > limit) throw new ScimError('invalidValue', `${place} has more than ${limit} characters`)
  if (!isStorable(value)) throw new ScimError('invalidValue', `${place} has a character that is no text`)
  return value
}

export function isStorable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed()
}

/** RFC 7643 section 2.4: the primary value appears once at the most. */
export function demandOnePrimary(values: readonly Value[], place: string): void {
  if (values.filter((value) => isComplex(value) && value.primary === true).length > 1) {
    throw new ScimError('invalidValue', `${place} has more than one primary value`)
  }
}

/** The same (type, value) is given once (RFC 7643 section 2.4): what a repetition says more is kept with the first. */
export function withoutRepeated(values: readonly Value[]): Value[] {
  const kept = new Map<string, Value>()
  for (const value of values) {
    const key = keyOf(value)
    const first = kept.get(key)
    kept.set(key, isComplex(first) && isComplex(value) ? { ...value, ...first } : (first ?? value))
  }
  return [...kept.values()]
}

function keyOf(value: Value): string {
  if (!isComplex(value) || value.value === undefined) return JSON.stringify(value)
  return JSON.stringify([value.value, value.type])
}

/** What a client's word counts for: all but what is read-only, and `schemas`, which follows from the rest. */
export function isTaken(attribute: Attribute): boolean {
  return attribute.mutability !== 'readOnly' && attribute.name !== 'schemas'
}

/** The new value of a complex attribute with what is immutable of the old (RFC 7643 section 2.2). Throws mutability. */
export function demandImmutableKept(attribute: Attribute, old: Complex, value: Complex): Complex {
  const fixed = (attribute.subAttributes ?? []).filter(({ name, mutability }) => {
    return mutability === 'immutable' && old[name] !== undefined
  })
  const changed = fixed.find(({ name }) => value[name] !== undefined && !sameValue(old[name], value[name]))
  if (changed) throw new ScimError('mutability', `${attribute.name}.${changed.name} is immutable`)
  return fixed.length === 0
    ? value
    : { ...value, ...Object.fromEntries(fixed.map(({ name }) => [name, old[name] ?? null])) }
}

/** Each value of a complex attribute has the parts that it must have (RFC 7643 section 2.2). Throws invalidValue. */
export function demandParts(attribute: Attribute, value: Value | undefined): void {
  const required = (attribute.subAttributes ?? []).filter((sub) => sub.required && isTaken(sub))
  if (required.length === 0) return
  for (const one of Array.isArray(value) ? value : [value]) {
    const missing = isComplex(one) ? required.find(({ name }) => isBlank(one[name])) : undefined
    if (missing) throw new ScimError('invalidValue', `${attribute.name}.${missing.name} is required`)
  }
}

/** A value that was sent, as a refusal shows it: not all of it, and of what is no text or number only that. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 200))
  return typeof value === 'object' && value !== null ? 'a value of several' : String(value)
}

export function isBlank(value: unknown): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** Whether two values are the same JSON; the order of names does not count, that of values does. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((part, i) => sameValue(part, other[i]))
  }
  if (!isComplex(one) || !isComplex(other)) return false
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every((name) => sameValue(one[name], other[name]))
}
