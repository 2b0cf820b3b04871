/** What was typed into the form of all attributes, as changes of the resource. Pure. */
import { type FieldError, Problem, ScimError } from '../../../core/errors.ts'
import { applyEach, type Operation } from '../../../scim/patch.ts'
import {
  type Attribute,
  type Complex,
  isComplex,
  type Resource,
  type ResourceType,
  type Value,
} from '../../../scim/schema.ts'
import { canonicalValue, isBlank, isTaken } from '../../../scim/values.ts'
import {
  type Fields,
  fieldsAt,
  hasPrimary,
  isAt,
  isFixed,
  isTouched,
  oneLineEnd,
  partsIn,
  partsOf,
  type Place,
  placesOf,
  primaryOf,
  printsIn,
  removalOf,
  rowOf,
  rowsIn,
  textOf,
  textsOf,
  valueAt,
} from './fields.ts'

/** A new value of an attribute as SCIM would send it; null takes it away. */
export type Change = {
  readonly place: Place
  readonly value: unknown
  /** The form's own name for it, where that is not its path. */
  readonly field?: string
}

/** The attributes whose fields were sent, and are not as they were shown. */
export function touched(places: readonly Place[], typed: Fields, prints: Fields): Place[] {
  const isSent = (path: string) => Object.keys(typed).some((name) => isAt(name, path))
  return places.filter(({ path }) => isSent(path) && isTouched(typed, path, prints))
}

/** A change of one attribute by its path. */
export function changeAt(type: ResourceType, path: string, value: unknown, field?: string): Change {
  const place = placesOf(type).find((one) => one.path === path)
  if (!place) throw new Error(`${type.id} has no ${path}`)
  return { place, value, ...(field === undefined ? {} : { field }) }
}

/**
 * A form that was sent with what it had shown (printsOf), as the change of a resource: what is in the fields as it was
 * shown is left alone, whatever it is by now.
 */
export function editTyped(type: ResourceType, values: Readonly<Record<string, unknown>>, places = placesOf(type)) {
  const typed = textsOf(values)
  const changed = touched(places, typed, printsIn(values.shown))
  return (current: Resource) => applyChanges(type, current, changesOf(changed, current, typed))
}

/** What was typed into the fields of these attributes; what a field shows as it is stays as it is. */
function changesOf(places: readonly Place[], current: Resource, typed: Fields): Change[] {
  return places.map((place) => ({
    place,
    value: valueOf(place.attribute, place.path, valueAt(current, place), fieldsAt(typed, place.path)),
  }))
}

function valueOf(attribute: Attribute, path: string, before: Value | undefined, typed: Fields): Value {
  if (isFixed(attribute, before)) return before ?? null
  return attribute.multiValued ? rowsOf(attribute, path, before, typed) : oneOf(attribute, path, before, typed)
}

/** A row that was taken away, or never filled in, is null, so that messages count the rows as the form does. */
function rowsOf(attribute: Attribute, path: string, before: Value | undefined, typed: Fields): Value {
  const old = Array.isArray(before) ? before : []
  const rows: Value[] = []
  for (const i of rowsIn(typed, path)) {
    const row = rowOf(path, i)
    while (rows.length < i) rows.push(null)
    const isRemoved = typed[removalOf(row)] !== undefined || isEmptied(row, old[i], typed)
    rows.push(
      isRemoved ? null : withPrimary(attribute, oneOf(attribute, row, old[i], typed), i, typed[primaryOf(path)]),
    )
  }
  return rows.every((one) => one === null) ? null : rows
}

/** A value whose `value` was emptied is meant to go: what is left is the kind of nothing. */
function isEmptied(row: string, old: Value | undefined, typed: Fields): boolean {
  return textOf(partsIn(old).value) !== '' && typed[`${row}.value`]?.trim() === ''
}

/** One value is primary at the most (RFC 7643 section 2.4): the one that was chosen. */
function withPrimary(attribute: Attribute, value: Value, index: number, primary = ''): Value {
  if (!hasPrimary(attribute) || !isComplex(value)) return value
  if (primary === String(index)) return { ...value, primary: true }
  const { primary: was, ...rest } = value
  return was === false ? value : rest
}

function oneOf(attribute: Attribute, path: string, before: Value | undefined, typed: Fields): Value {
  if (!attribute.subAttributes) return simpleOf(attribute, before, typed[path])
  const old = partsIn(before)
  const parts: Complex = hasPrimary(attribute) && old.primary !== undefined ? { primary: old.primary } : {}
  for (const part of partsOf(attribute).filter(isTaken)) {
    const at = `${path}.${part.name}`
    const isSent = Object.keys(typed).some((name) => isAt(name, at))
    const was = old[part.name]
    if (isSent || was !== undefined) parts[part.name] = isSent ? valueOf(part, at, was, typed) : (was ?? null)
  }
  return Object.entries(parts).every(([name, part]) => part === null || name === 'primary') ? null : parts
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** What is no number or truth value goes on as text, for the engine to refuse in its words. */
function simpleOf({ type }: Attribute, before: Value | undefined, typed: string | undefined): Value {
  if (typed === undefined || oneLineEnd(typed) === oneLineEnd(textOf(before))) return before ?? null
  const text = oneLineEnd(typed).trim()
  if (text === '') return null
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return text === 'true'
  return (type === 'integer' || type === 'decimal') && NUMBER.test(text) ? Number(text) : text
}

/**
 * The resource with these changes and nothing else changed; the same object if they change nothing. Throws Problem with
 * each field that is wrong.
 */
export function applyChanges(type: ResourceType, current: Resource, changes: readonly Change[]): Resource {
  const errors = changes.flatMap((change) => faultsOf(change, valueAt(current, change.place)))
  if (errors.length > 0) throw new Problem(400, 'Some attributes are not right.', errors)
  const edited = applyEach(type, current, changes.map(toOperation))
  const missing = edited === current ? [] : missingIn(type, edited, changes)
  if (missing.length > 0) throw new Problem(400, 'Some attributes are missing.', missing)
  return edited
}

function toOperation({ place: { attribute, container }, value }: Change): Operation {
  const path = { kind: 'attribute', container, attribute, filter: undefined, subAttribute: undefined } as const
  return value === null ? { op: 'remove', path, value: undefined } : { op: 'replace', path, value }
}

const MISSING = 'Give a value.'

function faultsOf({ place: { attribute, path }, value, field }: Change, before: Value | undefined): FieldError[] {
  try {
    const canonical = canonicalValue(attribute, value, path, isTaken)
    if (canonical === undefined && attribute.required) {
      return [{ field: field ?? firstField(attribute, path), message: MISSING }]
    }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    const [, at = '', message = ''] = /^(\S+) ([^]*)$/.exec(error.message) ?? []
    return [{ field: field ?? at, message }]
  }
  if (!Array.isArray(value)) return missingParts(attribute, path, value, before)
  const old = Array.isArray(before) ? before : []
  return value.flatMap((one, i) => missingParts(attribute, rowOf(path, i), one, old[i]))
}

/** RFC 7643 section 2.2; and a new e-mail address without its `value` is none, whatever else is said of it. */
function missingParts(attribute: Attribute, row: string, value: unknown, before: Value | undefined): FieldError[] {
  if (!isComplex(value)) return []
  const isNew = hasPrimary(attribute) && !isComplex(before)
  return partsOf(attribute)
    .filter((part) => (part.required || (isNew && part.name === 'value')) && isTaken(part))
    .filter((part) => isBlank(value[part.name] ?? undefined))
    .map((part) => ({ field: `${row}.${part.name}`, message: MISSING }))
}

/** Whoever changes an extension leaves it with what it has to have (RFC 7643 section 6). */
function missingIn(type: ResourceType, edited: Resource, changes: readonly Change[]): FieldError[] {
  const containers = new Set(changes.flatMap(({ place }) => place.container ?? []))
  const schemas = type.extensions.map(({ schema }) => schema).filter(({ id }) => containers.has(id))
  return schemas.flatMap(({ id, attributes }) => {
    const holder = edited[id]
    if (!isComplex(holder)) return []
    const missing = attributes.filter((one) => one.required && isTaken(one) && isBlank(holder[one.name]))
    return missing.map((one) => ({ field: firstField(one, `${id}:${one.name}`), message: MISSING }))
  })
}

/** The field that an attribute without a value begins with. */
function firstField(attribute: Attribute, path: string): string {
  const row = attribute.multiValued ? rowOf(path, 0) : path
  const [first] = partsOf(attribute)
  return first ? firstField(first, `${row}.${first.name}`) : row
}
