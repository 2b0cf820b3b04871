/** Schemas as data (RFC 7643 sections 2.2 and 7): validation, projection, PATCH and discovery all derive from them. */

import { isRecord } from '../core/json-value.ts'

export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex'

export type Attribute = {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly caseExact: boolean
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'
  readonly returned: 'always' | 'never' | 'default' | 'request'
  readonly uniqueness: 'none' | 'server' | 'global'
  /** Suggestions only: other values are kept (RFC 7643 section 2.4). */
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly Attribute[]
}

export type Schema = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly attributes: readonly Attribute[]
}

export type ResourceType = {
  readonly id: 'User' | 'Group' | 'Role'
  readonly endpoint: string
  readonly description: string
  /** The attributes of every resource; they are in no schema document. */
  readonly common: readonly Attribute[]
  readonly schema: Schema
  readonly extensions: readonly { readonly schema: Schema; readonly required: boolean }[]
}

export type Value = string | number | boolean | null | Value[] | Complex
export type Complex = { [name: string]: Value }
/** A resource in canonical form: attribute names as the schema spells them, extensions under their URN. */
export type Resource = { schemas: string[]; [attribute: string]: Value }

export function isComplex(value: unknown): value is Complex {
  return isRecord(value)
}

type Characteristics = Partial<Omit<Attribute, 'name' | 'description' | 'type'>>

/** An attribute with the defaults of RFC 7643 section 2.2. */
export function attribute(
  name: string,
  type: AttributeType,
  description: string,
  characteristics: Characteristics = {},
): Attribute {
  return {
    name,
    type,
    description,
    multiValued: false,
    required: false,
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
  }
}

export function string(name: string, description: string, characteristics?: Characteristics): Attribute {
  return attribute(name, 'string', description, characteristics)
}

export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  characteristics?: Characteristics,
): Attribute {
  return attribute(name, 'complex', description, { ...characteristics, subAttributes })
}

/** A multi-valued attribute with the sub-attributes of RFC 7643 section 2.4. */
export function plural(name: string, description: string, value: Attribute, types: readonly string[] = []): Attribute {
  return complex(
    name,
    description,
    [
      value,
      string('display', 'A name for people to read.'),
      string('type', 'What the value is for.', types.length > 0 ? { canonicalValues: types } : {}),
      attribute('primary', 'boolean', 'Whether this is the preferred value. At most one is.'),
    ],
    { multiValued: true },
  )
}

/** Where an attribute stands: in the core schema (container undefined) or in an extension (its URN). */
export type FoundAttribute = { readonly container: string | undefined; readonly attribute: Attribute }

/** The attribute of a name in any case, bare or behind its schema's URN (RFC 7644 section 3.10). */
export function findAttribute(type: ResourceType, name: string): FoundAttribute | undefined {
  const { urn, rest } = splitUrn(type, name)
  if (urn !== undefined && urn !== type.schema.id) {
    const extension = type.extensions.find(({ schema }) => schema.id === urn)?.schema
    const attribute = extension && namedIn(extension.attributes, rest)
    return attribute && { container: urn, attribute }
  }
  const attribute = namedIn(type.schema.attributes, rest) ?? namedIn(type.common, rest)
  return attribute && { container: undefined, attribute }
}

/** Parts a name into one of the type's schema URNs, as the schema spells it, and what follows. URNs contain dots and colons. */
export function splitUrn(type: ResourceType, name: string): { urn: string | undefined; rest: string } {
  if (!/^urn:/i.test(name)) return { urn: undefined, rest: name }
  const lower = name.toLowerCase()
  for (const { id } of schemasOf(type)) {
    if (!lower.startsWith(id.toLowerCase())) continue
    if (lower.length === id.length) return { urn: id, rest: '' }
    // Microsoft's own collection has "urn:...:2.0:User.manager" with a dot.
    if (/[:.]/.test(name.charAt(id.length))) return { urn: id, rest: name.slice(id.length + 1) }
  }
  return { urn: undefined, rest: name }
}

/** The attribute of this name in any case (RFC 7643 section 2.1). */
export function namedIn(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const index = indexOf(attributes)
  return index.get(name) ?? index.get(name.toLowerCase())
}

const indexes = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>()

/** Attributes by their names, as they are spelt and in lower case. */
function indexOf(attributes: readonly Attribute[]): ReadonlyMap<string, Attribute> {
  const known = indexes.get(attributes)
  if (known) return known
  const index = new Map(attributes.flatMap((one) => [[one.name.toLowerCase(), one] as const, [one.name, one] as const]))
  indexes.set(attributes, index)
  return index
}

export type FoundPath = FoundAttribute & { readonly subAttribute: Attribute | undefined }

/** As findAttribute, for a path with or without a sub-attribute: `name.givenName`, `urn:…:User:manager.value`. */
export function findPath(type: ResourceType, path: string): FoundPath | undefined {
  const { urn, rest } = splitUrn(type, path)
  const [name = '', ...subs] = rest.split('.')
  const found = findAttribute(type, urn === undefined ? name : `${urn}:${name}`)
  if (!found || subs.length === 0) return found && { ...found, subAttribute: undefined }
  const subAttribute = namedIn(found.attribute.subAttributes ?? [], subs.join('.'))
  return subAttribute && { ...found, subAttribute }
}

/** The schema of the resource type whose URN this is, in any case. */
export function schemaOf(type: ResourceType, urn: string): Schema | undefined {
  return schemasOf(type).find(({ id }) => id.toLowerCase() === urn.toLowerCase())
}

const schemas = new WeakMap<ResourceType, readonly Schema[]>()

/** The core schema and the extensions of a type. */
export function schemasOf(type: ResourceType): readonly Schema[] {
  const known = schemas.get(type)
  if (known) return known
  const all = [type.schema, ...type.extensions.map(({ schema }) => schema)]
  schemas.set(type, all)
  return all
}

/** The type with one more extension, which no resource has to have (RFC 7643 section 3.3). */
export function withExtension(type: ResourceType, schema: Schema): ResourceType {
  return { ...type, extensions: [...type.extensions, { schema, required: false }] }
}

/** What a name between the brackets of a value path means: a sub-attribute, or `value` for a simple value itself. */
export function namedInValue(attribute: Attribute, name: string): Attribute | undefined {
  if (attribute.subAttributes) return namedIn(attribute.subAttributes, name)
  return name.toLowerCase() === 'value' ? { ...attribute, multiValued: false } : undefined
}

/** What a comparison with the attribute compares: itself, or the `value` of a complex one, as in `emails co "x"`. */
export function comparedAttribute(attribute: Attribute): Attribute | undefined {
  return attribute.subAttributes ? namedIn(attribute.subAttributes, 'value') : attribute
}
