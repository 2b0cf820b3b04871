/** Where a mapping reads from a resource and writes to one. Pure. */
import { ScimError } from '../../core/errors.ts'
import { isRecord } from '../../core/json-value.ts'
import type { Filter } from '../filter.ts'
import { matchesValue } from '../matches.ts'
import { type PatchPath, parsePath } from '../path.ts'
import { type Attribute, isComplex, type Resource, type ResourceType, splitUrn, type Value } from '../schema.ts'

/** An attribute, one of its values, or a part of either; of a schema that is not ours no more than its name is known. */
export type Place = {
  readonly container: string | undefined
  readonly name: string
  /** Of a multi-valued attribute: the parts by which its value is known, as in `emails[type eq "work"]`. */
  readonly pick: Readonly<Record<string, unknown>> | undefined
  readonly sub: string | undefined
  /** What the value there has to be; undefined if nobody knows. */
  readonly attribute: Attribute | undefined
}

const FOREIGN = /^(urn:[^\s[\]]+):([A-Za-z][\w$-]*)(?:\.([A-Za-z][\w$-]*))?$/i

/** Throws invalidPath or invalidFilter for what cannot be written to. Attributes of a schema that is not ours may be. */
export function parseTarget(type: ResourceType, text: string): Place {
  if (/^urn:/i.test(text) && splitUrn(type, text).urn === undefined) {
    const [, container, name, sub] = FOREIGN.exec(text) ?? []
    if (container === undefined || name === undefined) throw new ScimError('invalidPath', `${text} is no path.`)
    return { container, name, pick: undefined, sub, attribute: undefined }
  }
  const { container, attribute, filter, subAttribute } = attributeAt(type, text)
  if (!isGiven(type, attribute)) throw new ScimError('invalidPath', `${text} cannot be set by a mapping.`)
  if (subAttribute && attribute.multiValued && !filter) {
    throw new ScimError('invalidPath', `${text}: say which value, as in ${attribute.name}[type eq "work"].`)
  }
  const pick = filter && pickedBy(filter)
  if (filter && !pick) throw new ScimError('invalidFilter', `${text}: only eq and "and" say what a value has to be.`)
  const one = filter ? { ...attribute, multiValued: false } : attribute
  return { container, name: attribute.name, pick, sub: subAttribute?.name, attribute: subAttribute ?? one }
}

/** What a path of the resource has: undefined, a value, or the values of a multi-valued attribute. Throws as above. */
export function parseSource(type: ResourceType, text: string): (resource: Resource) => Value | undefined {
  const path = attributeAt(type, text)
  if (path.attribute.returned === 'never') throw new ScimError('invalidPath', `${text} cannot be read.`)
  return (resource) => readAt(path, resource)
}

function attributeAt(type: ResourceType, text: string): Extract<PatchPath, { kind: 'attribute' }> {
  const path = parsePath(type, text)
  if (path.kind === 'schema') throw new ScimError('invalidPath', `${text} is a schema: name one of its attributes.`)
  return path
}

/** Neither what a server says itself nor what must not be told. */
function isGiven(type: ResourceType, attribute: Attribute): boolean {
  if (type.common.includes(attribute)) return attribute.name === 'externalId'
  return attribute.mutability !== 'readOnly' && attribute.returned !== 'never'
}

function pickedBy(filter: Filter): Record<string, unknown> | undefined {
  if (filter.kind === 'and') {
    const parts = filter.filters.map(pickedBy)
    return parts.every((part) => part !== undefined) ? Object.assign({}, ...parts) : undefined
  }
  if (filter.kind !== 'comparison' || filter.operator !== 'eq' || filter.value === null) return undefined
  return { [filter.path]: filter.value }
}

function readAt(path: Extract<PatchPath, { kind: 'attribute' }>, resource: Resource): Value | undefined {
  const { container, attribute, filter, subAttribute } = path
  const holder = container === undefined ? resource : resource[container]
  const whole = isComplex(holder) ? holder[attribute.name] : undefined
  if (!attribute.multiValued) return subAttribute ? partOf(whole, subAttribute.name) : whole
  const all = Array.isArray(whole) ? whole : []
  const picked = filter ? all.filter((one) => matchesValue(attribute, filter, one)) : all
  const values = subAttribute ? picked.flatMap((one) => partOf(one, subAttribute.name) ?? []) : picked
  return values.length === 0 ? undefined : values
}

function partOf(value: Value | undefined, name: string): Value | undefined {
  return isComplex(value) ? value[name] : undefined
}

type Json = Readonly<Record<string, unknown>>

/** What stands at a place of what goes out. */
export function valueAt(body: Json, { container, name, pick, sub }: Place): unknown {
  const holder = container === undefined ? body : body[container]
  const whole = isRecord(holder) ? holder[name] : undefined
  const one = pick && Array.isArray(whole) ? whole.find((value) => hasParts(value, pick)) : whole
  return sub === undefined ? one : isRecord(one) ? one[sub] : undefined
}

/** With the value at the place, or without it; what is empty then goes as well. */
export function withValueAt(body: Json, place: Place, value: unknown): Json {
  const { container, name } = place
  if (container === undefined) return withPart(body, name, wholeWith(body[name], place, value))
  const before = isRecord(body[container]) ? body[container] : {}
  const after = withPart(before, name, wholeWith(before[name], place, value))
  return withPart(body, container, Object.keys(after).length === 0 ? undefined : after)
}

function wholeWith(before: unknown, { pick, sub }: Place, value: unknown): unknown {
  if (!pick) return sub === undefined ? value : partsWith(before, sub, value)
  const all: readonly unknown[] = Array.isArray(before) ? before : []
  const at = all.findIndex((one) => hasParts(one, pick))
  const made = sub === undefined ? pickedValue(pick, value) : partsWith(at < 0 ? pick : all[at], sub, value)
  // What is told by its parts alone says nothing without the one that was taken from it.
  const isEmpty = value === undefined && (sub === undefined || sub === 'value')
  const next = at < 0 ? [...all, made] : all.with(at, made)
  const left = isEmpty ? all.filter((_, i) => i !== at) : at < 0 && value === undefined ? all : next
  return left.length === 0 ? undefined : left
}

function pickedValue(pick: Json, value: unknown): unknown {
  return isRecord(value) ? { ...value, ...pick } : { ...pick, value }
}

function partsWith(before: unknown, sub: string, value: unknown): Json | undefined {
  const parts = withPart(isRecord(before) ? before : {}, sub, value)
  return Object.keys(parts).length === 0 ? undefined : parts
}

function withPart(parts: Json, name: string, value: unknown): Json {
  const { [name]: _before, ...rest } = parts
  return value === undefined ? rest : { ...parts, [name]: value }
}

function hasParts(value: unknown, parts: Json): boolean {
  return isRecord(value) && Object.entries(parts).every(([name, part]) => isSameText(value[name], part))
}

/** `Work` is the `work` of another client (RFC 7643 section 2.2: caseExact is false unless said). */
function isSameText(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string'
    ? one.toLowerCase() === other.toLowerCase()
    : one === other
}
