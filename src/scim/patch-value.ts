import { ScimError } from '../core/errors.ts'
import type { Filter } from './filter.ts'
import { matchesValue } from './matches.ts'
import { addValues, carryOver, joinedParts, merged, movePrimary } from './patch-list.ts'
import type { PatchPath } from './path.ts'
import { type Attribute, type Complex, isComplex, namedIn, type Value } from './schema.ts'
import { canonicalValue, demandImmutableKept, isTaken, sameValue, withoutRepeated } from './values.ts'

type Op = 'add' | 'replace' | 'remove'
type AttributePath = Extract<PatchPath, { kind: 'attribute' }>

/**
 * An attribute's value after one operation (RFC 7644 sections 3.5.2.1 to 3.5.2.3), undefined if it is then unassigned.
 * Never changes `before`; parts that stay are the same objects.
 */
export function valueAfter(op: Op, path: AttributePath, before: Value | undefined, given: unknown): Value | undefined {
  const { attribute } = path
  if (!attribute.multiValued) {
    const [only] = listAfter(op, path, before === undefined ? [] : [before], given)
    return only
  }
  const old = Array.isArray(before) ? before : before === undefined ? [] : [before]
  const values = listAfter(op, path, old, given)
  const settled = movePrimary(values, old, attribute.name)
  if (settled.length === 0) return undefined
  // The order of values means nothing (RFC 7643 section 2.4): the same ones in another order are no change.
  const present = new Set(old)
  return settled.length === old.length && settled.every((one) => present.has(one)) ? before : [...settled]
}

function listAfter(op: Op, path: AttributePath, old: readonly Value[], given: unknown): readonly Value[] {
  const { attribute, filter, subAttribute } = path
  if (filter) return filteredAfter(op, path, filter, old, given)
  if (subAttribute) {
    const targets = old.length > 0 || op === 'remove' ? old : [{}]
    return joinRepeated(
      path,
      targets.flatMap((one) => withSub(op, attribute, subAttribute, one, given)),
    )
  }
  return attribute.multiValued ? allAfter(op, attribute, old, given) : singleAfter(op, attribute, old, given)
}

/** A multi-valued attribute as a whole. */
function allAfter(op: Op, attribute: Attribute, old: readonly Value[], given: unknown): readonly Value[] {
  if (op === 'remove') return []
  // One value may stand without its array: "a new value is added to the attribute".
  const list = Array.isArray(given) || given === null ? given : [given]
  const canonical = canonicalValue(attribute, list, attribute.name, isTaken)
  const values = Array.isArray(canonical) ? canonical : []
  switch (op) {
    case 'add':
      return addValues(attribute, old, values)
    case 'replace':
      return carryOver(attribute, old, values)
  }
}

/** A singular attribute: replaced, or, if it is complex, merged (RFC 7644 sections 3.5.2.1 and 3.5.2.3). */
function singleAfter(op: Op, attribute: Attribute, [old]: readonly Value[], given: unknown): readonly Value[] {
  if (op === 'remove') return []
  const value = canonicalValue(attribute, given, attribute.name, isTaken)
  if (isComplex(given) && isComplex(old)) return mergedWith(op, attribute, old, isComplex(value) ? value : {}, given)
  if (value === undefined) return op === 'add' && old !== undefined ? [old] : []
  return [value]
}

/** Sub-attributes that are not named stay; those that are replaced by null go, and what the server said of another value. */
function mergedWith(op: Op, attribute: Attribute, old: Complex, value: Complex, given: Complex): readonly Value[] {
  demandImmutableKept(attribute, old, value)
  const emptied = Object.keys(given).flatMap((name) => {
    const sub = op === 'replace' && given[name] === null ? namedIn(attribute.subAttributes ?? [], name) : undefined
    if (sub) demandRemovable(attribute, sub, old)
    return sub && isTaken(sub) ? [sub.name] : []
  })
  if (value.value !== undefined && !sameValue(value.value, old.value)) {
    emptied.push(...(attribute.subAttributes ?? []).filter((sub) => !isTaken(sub)).map(({ name }) => name))
  }
  const added = op === 'add' ? joinedParts(attribute, old, value) : value
  const parts = Object.entries({ ...old, ...added }).filter(([name]) => !emptied.includes(name))
  return parts.length === 0 ? [] : [Object.fromEntries(parts)]
}

/** Only the values that the filter picks (RFC 7644 section 3.5.2). */
function filteredAfter(
  op: Op,
  path: AttributePath,
  filter: Filter,
  old: readonly Value[],
  given: unknown,
): readonly Value[] {
  const { attribute, subAttribute } = path
  const isTarget = (one: Value) => matchesValue(attribute, filter, one)
  if (op === 'remove' && !subAttribute) return old.filter((one) => !isTarget(one))
  const change = (one: Value) =>
    subAttribute ? withSub(op, attribute, subAttribute, one, given) : withValue(op, attribute, one, given)
  if (old.some(isTarget)) {
    return joinRepeated(
      path,
      old.flatMap((one) => (isTarget(one) ? change(one) : [one])),
    )
  }
  // What is not there need not be removed: Okta repeats removals.
  if (op === 'remove') return old
  // To add where nothing matches is to make what would match (RFC 7644 erratum 8097); to replace it is noTarget.
  const made = op === 'add' && attribute.multiValued ? valueThatMatches(attribute, filter) : undefined
  if (!made) throw new ScimError('noTarget', `No value of ${attribute.name} matches the filter.`)
  if (subAttribute && isUnassigned(given)) return old
  return [...old, ...change(made)]
}

/** Two that a change made the same are one: of values that have a `value`, only that and the type can make them so. */
function joinRepeated({ attribute, subAttribute }: AttributePath, values: readonly Value[]): readonly Value[] {
  const tells = subAttribute === undefined || subAttribute.name === 'value' || subAttribute.name === 'type'
  const isNamed = namedIn(attribute.subAttributes ?? [], 'value') !== undefined
  return tells || !isNamed ? withoutRepeated(values) : values
}

function withSub(op: Op, attribute: Attribute, sub: Attribute, one: Value, given: unknown): readonly Value[] {
  if (!isComplex(one)) return [one]
  const place = `${attribute.name}.${sub.name}`
  const value = op === 'remove' ? undefined : canonicalValue(sub, given, place, isTaken)
  const before = one[sub.name]
  if (op === 'add' && value === undefined) return Object.keys(one).length === 0 ? [] : [one]
  if (value === undefined) demandRemovable(attribute, sub, one)
  if (sub.mutability === 'immutable' && before !== undefined && !sameValue(before, value)) {
    throw new ScimError('mutability', `${place} is immutable.`)
  }
  if (sameValue(before, value)) return Object.keys(one).length === 0 ? [] : [one]
  const { [sub.name]: _before, ...rest } = one
  const part = value === undefined ? {} : { [sub.name]: value }
  const after = { ...rest, ...(op === 'add' ? joinedParts(attribute, one, part) : part) }
  if (sameValue(after, one)) return [one]
  return Object.keys(after).length === 0 ? [] : [after]
}

/** What is there and has to be there, or to stay as it is, cannot be taken away (RFC 7644 section 3.5.2.2). */
function demandRemovable(attribute: Attribute, sub: Attribute, value: Complex): void {
  if (value[sub.name] === undefined || (!sub.required && sub.mutability !== 'immutable')) return
  const why = sub.required ? 'required' : 'immutable'
  throw new ScimError('mutability', `${attribute.name}.${sub.name} is ${why}.`)
}

/** A picked value as a whole: `add` merges, `replace` puts the new one in its place. */
function withValue(op: Op, attribute: Attribute, one: Value, given: unknown): readonly Value[] {
  const first: unknown = Array.isArray(given) && given.length === 1 ? given[0] : given
  const value = canonicalValue({ ...attribute, multiValued: false }, first, attribute.name, isTaken)
  if (value === undefined) return op === 'add' ? [one] : []
  if (op === 'add' && isComplex(one) && isComplex(value)) return [merged(attribute, one, value)]
  const isSame = isComplex(one) && isComplex(value) && sameValue(one.value, value.value)
  return carryOver(attribute, [one], [isSame ? demandImmutableKept(attribute, one, value) : value])
}

/** `type eq "work" and primary eq true` says what a value must be to match; other filters leave it open. */
function valueThatMatches(attribute: Attribute, filter: Filter): Complex | undefined {
  if (!attribute.subAttributes) return undefined
  if (filter.kind === 'and') {
    const parts = filter.filters.map((one) => valueThatMatches(attribute, one))
    return parts.every((part) => part !== undefined) ? Object.assign({}, ...parts) : undefined
  }
  if (filter.kind !== 'comparison' || filter.operator !== 'eq' || filter.value === null) return undefined
  const sub = namedIn(attribute.subAttributes, filter.path)
  const value = sub && isTaken(sub) ? canonicalValue(sub, filter.value, filter.path, isTaken) : undefined
  return sub && value !== undefined ? { [sub.name]: value } : undefined
}

/** null and [] are (RFC 7643 section 2.5). */
function isUnassigned(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}
