import { ScimError } from '../core/errors.ts'
import {
  type Attribute,
  type Complex,
  findAttribute,
  isComplex,
  namedIn,
  type Resource,
  type ResourceType,
  type Schema,
  schemaOf,
  schemasOf,
  splitUrn,
  type Value,
} from './schema.ts'
import { canonicalValue, demandImmutableKept, demandParts, isBlank, isTaken, sameValue, shown } from './values.ts'

/**
 * A body of POST as a resource in canonical form (RFC 7644 section 3.3): names as the schema spells them, read-only
 * attributes and unknown ones left out, null and [] unassigned, `schemas` made from what is there. Throws invalidSyntax
 * and invalidValue. Never shares anything with the body.
 */
export function validateResource(type: ResourceType, body: unknown): Resource {
  if (!isComplex(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  demandSchemas(type, body)
  const resource: Resource = { schemas: [] }
  for (const [name, value] of Object.entries(body)) takeAttribute(type, resource, name, value)
  for (const schema of schemasOf(type)) demandRequired(type, resource, schema)
  return withSchemas(type, resource)
}

/**
 * A body of PUT in canonical form (RFC 7644 section 3.5.1): as validateResource, and what is immutable and set already
 * stays: a body without it keeps it, and one that says otherwise is refused with mutability.
 */
export function validateReplacement(type: ResourceType, before: Resource, body: unknown): Resource {
  const resource = validateResource(type, body)
  for (const schema of schemasOf(type)) {
    const container = schema === type.schema ? undefined : schema.id
    for (const attribute of schema.attributes) keepImmutable(resource, before, container, attribute)
  }
  return withSchemas(type, resource)
}

function keepImmutable(resource: Resource, before: Resource, urn: string | undefined, attribute: Attribute): void {
  if (attribute.mutability !== 'immutable') return keepImmutableParts(resource, before, urn, attribute)
  const had = valueIn(before, urn, attribute.name)
  if (had === undefined) return
  const given = valueIn(resource, urn, attribute.name)
  const isSame =
    isComplex(given) && isComplex(had)
      ? Object.entries(given).every(([name, part]) => sameValue(part, had[name]))
      : given === undefined || sameValue(given, had)
  if (!isSame) throw new ScimError('mutability', `${attribute.name} is immutable`)
  containerOf(resource, urn)[attribute.name] = had
}

/** Of a singular value that stays: the values of a multi-valued attribute are replaced as wholes. */
function keepImmutableParts(resource: Resource, before: Resource, urn: string | undefined, attribute: Attribute): void {
  if (attribute.multiValued || !attribute.subAttributes) return
  const [given, had] = [valueIn(resource, urn, attribute.name), valueIn(before, urn, attribute.name)]
  if (!isComplex(given) || !isComplex(had)) return
  const kept = demandImmutableKept(attribute, had, given)
  containerOf(resource, urn)[attribute.name] = kept
}

function valueIn(resource: Resource, urn: string | undefined, name: string): Value | undefined {
  const holder = urn === undefined ? resource : resource[urn]
  return isComplex(holder) ? holder[name] : undefined
}

/** RFC 7643 section 3: not empty, nothing twice, and each schema that the body has attributes of. */
function demandSchemas(type: ResourceType, body: Complex): void {
  const wrong = (why: string) => new ScimError('invalidSyntax', `schemas ${why}`)
  const given = Object.entries(body).find(([name]) => name.toLowerCase() === 'schemas')?.[1]
  if (!Array.isArray(given) || given.length === 0) throw wrong(`must be an array that holds ${type.schema.id}`)
  const named = given.map((urn) => (typeof urn === 'string' ? schemaOf(type, urn) : undefined))
  const unknown = named.indexOf(undefined)
  if (unknown >= 0) throw wrong(`holds ${shown(given[unknown])}, which is no schema of a ${type.id}`)
  if (new Set(named).size < named.length) throw wrong('holds a value twice')
  if (!named.includes(type.schema)) throw wrong(`must hold ${type.schema.id}`)
  const used = Object.keys(body).filter((name) => body[name] !== null && body[name] !== undefined)
  const unnamed = schemasOf(type).find(
    (schema) => !named.includes(schema) && used.some((name) => splitUrn(type, name).urn === schema.id),
  )
  if (unnamed) throw wrong(`must hold ${unnamed.id}, of which the body has attributes`)
}

/** An optional extension demands its required attributes only of a resource that has any of it (RFC 7643 section 6). */
export function demandRequired(type: ResourceType, resource: Resource, schema: Schema): void {
  const isCore = schema === type.schema
  const holder = isCore ? resource : resource[schema.id]
  const demanded = isCore || isComplex(holder) || type.extensions.some((one) => one.schema === schema && one.required)
  if (!demanded) return
  // What the server gives itself is not demanded of a client.
  for (const attribute of schema.attributes.filter((one) => one.required && isTaken(one))) {
    if (isBlank(isComplex(holder) ? holder[attribute.name] : undefined)) {
      const name = isCore ? attribute.name : `${schema.id}:${attribute.name}`
      throw new ScimError('invalidValue', `${name} is required`)
    }
  }
}

function takeAttribute(type: ResourceType, resource: Resource, name: string, value: unknown): void {
  const { urn, rest } = splitUrn(type, name)
  const extension = rest === '' ? type.extensions.find(({ schema }) => schema.id === urn)?.schema : undefined
  if (extension) return takeExtension(resource, extension, value)
  const found = findAttribute(type, name)
  if (found) take(() => containerOf(resource, found.container), found.attribute, value, name)
}

function takeExtension(resource: Resource, extension: Schema, value: unknown): void {
  if (value === null) return
  if (!isComplex(value)) throw new ScimError('invalidValue', `${extension.id} must be an object`)
  for (const [name, inner] of Object.entries(value)) {
    const attribute = namedIn(extension.attributes, name)
    if (attribute) take(() => containerOf(resource, extension.id), attribute, inner, `${extension.id}:${name}`)
  }
}

/** The container is made only for a value that goes into it. */
function take(container: () => Complex, attribute: Attribute, value: unknown, place: string): void {
  if (!isTaken(attribute)) return
  const canonical = canonicalValue(attribute, value, place, isTaken)
  if (canonical === undefined) return
  demandParts(attribute, canonical)
  container()[attribute.name] = canonical
}

/** The object that holds the attributes of a schema: the resource itself, or the extension's own, made if need be. */
export function containerOf(resource: Resource, urn: string | undefined): Complex {
  if (urn === undefined) return resource
  const present = resource[urn]
  if (isComplex(present)) return present
  const made: Complex = {}
  resource[urn] = made
  return made
}

/** `schemas` holds the core schema and each extension that has data (RFC 7643 section 3); an empty one goes. */
export function withSchemas(type: ResourceType, resource: Resource): Resource {
  const used = [type.schema.id]
  const shaped: Resource = { schemas: used }
  for (const [name, value] of Object.entries(resource)) {
    if (name === 'schemas') continue
    const isExtension = name.includes(':') && type.extensions.some(({ schema }) => schema.id === name)
    if (isExtension && (!isComplex(value) || Object.keys(value).length === 0)) continue
    if (isExtension) used.push(name)
    shaped[name] = value
  }
  return shaped
}
