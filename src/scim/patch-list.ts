/** The values of a multi-valued attribute, as PATCH changes them. Values that stay are the same objects. */
import { ScimError } from '../core/errors.ts'
import { type Attribute, type Complex, isComplex, type Value } from './schema.ts'
import { sameValue } from './values.ts'

/**
 * Appends what is not there yet (RFC 7644 section 3.5.2.1). The same `value` with the same `type`, or without one, is
 * the same value (RFC 7643 section 2.4): what else is said of it is merged into it.
 */
export function addValues(attribute: Attribute, old: readonly Value[], added: readonly Value[]): readonly Value[] {
  const values = [...old]
  const index = indexOf(values)
  for (const one of added) {
    const at = index.get(keyOf(one))?.find((i) => isSame(values[i], one))
    const present = at === undefined ? undefined : values[at]
    if (at === undefined || present === undefined) {
      index.set(keyOf(one), [...(index.get(keyOf(one)) ?? []), values.length])
      values.push(one)
    } else if (isComplex(present) && isComplex(one)) {
      values[at] = merged(attribute, present, one)
    }
  }
  return values
}

/**
 * The new values in place of the old (RFC 7644 section 3.5.2.3). What clients cannot change of a value that stays, such
 * as the `display` of a member, is carried over, so that the same list again is no change.
 */
export function carryOver(attribute: Attribute, old: readonly Value[], values: readonly Value[]): readonly Value[] {
  const index = indexOf(old)
  return values.map((one) => {
    const present = index
      .get(keyOf(one))
      ?.map((i) => old[i])
      .find((other) => isSame(other, one))
    if (!isComplex(present) || !isComplex(one)) return sameValue(present, one) && present !== undefined ? present : one
    const kept = (attribute.subAttributes ?? []).filter(
      ({ name, mutability }) =>
        (mutability === 'readOnly' || mutability === 'immutable') && present[name] !== undefined,
    )
    const carried = { ...one, ...Object.fromEntries(kept.map(({ name }) => [name, present[name] ?? null])) }
    return sameValue(present, carried) ? present : carried
  })
}

/** A value that becomes primary takes that from the others (RFC 7644 section 3.5.2); two at once are refused. */
export function movePrimary(values: readonly Value[], old: readonly Value[], name: string): readonly Value[] {
  const primaries = values.filter(isPrimary)
  if (primaries.length < 2) return values
  const present = new Set(old)
  const moved = primaries.filter((one) => !present.has(one))
  if (moved.length === 0) return values
  if (moved.length > 1) throw new ScimError('invalidValue', `${name} would have more than one primary value.`)
  return values.map((one) => (isPrimary(one) && one !== moved[0] ? { ...one, primary: false } : one))
}

function isPrimary(value: Value): value is Complex {
  return isComplex(value) && value.primary === true
}

/** Where the values of a key stand, so that a thousand values meet a hundred thousand without comparing each with each. */
function indexOf(values: readonly Value[]): Map<Value, number[]> {
  const index = new Map<Value, number[]>()
  values.forEach((value, i) => {
    const places = index.get(keyOf(value))
    if (places) places.push(i)
    else index.set(keyOf(value), [i])
  })
  return index
}

function keyOf(value: Value): Value {
  return isComplex(value) ? (value.value ?? null) : value
}

function isSame(present: Value | undefined, one: Value | undefined): boolean {
  if (present === undefined || one === undefined) return false
  if (!isComplex(present) || !isComplex(one)) return sameValue(present, one)
  // An address has no `value`: all of it tells which it is.
  if (one.value === undefined) return sameValue(present, one)
  return present.value === one.value && (!one.type || !present.type || present.type === one.type)
}

/** What is said of a value added to what is there; what is immutable and set stays (RFC 7643 section 2.2). */
export function merged(attribute: Attribute, present: Complex, one: Complex): Complex {
  const fixed = (name: string) =>
    attribute.subAttributes?.some((sub) => sub.name === name && sub.mutability === 'immutable') ?? false
  const changed = Object.entries(joinedParts(attribute, present, one)).filter(([name, part]) => {
    return !sameValue(present[name], part) && !(fixed(name) && present[name] !== undefined)
  })
  return changed.length === 0 ? present : { ...present, ...Object.fromEntries(changed) }
}

/** Parts that are added to a value: of a multi-valued sub-attribute beside those that are there (RFC 7644 section 3.5.2.1). */
export function joinedParts(attribute: Attribute, present: Complex, parts: Complex): Complex {
  const joined = Object.entries(parts).map(([name, part]): [string, Value] => {
    const sub = attribute.subAttributes?.find((one) => one.name === name)
    const old = present[name]
    return [name, sub?.multiValued && Array.isArray(old) && Array.isArray(part) ? [...addValues(sub, old, part)] : part]
  })
  return Object.fromEntries(joined)
}
