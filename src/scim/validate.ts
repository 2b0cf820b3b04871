import { ScimError } from '../core/errors.ts'
import {
  type Complex,
  findAttribute,
  isComplex,
  type Resource,
  type ResourceType,
  type Schema,
  schemasOf,
  splitUrn,
} from './schema.ts'
import { canonicalValue, isBlank, isTaken } from './values.ts'

/**
 * A body of POST or PUT as a resource in canonical form (RFC 7644 sections 3.3 and 3.5.1): names as the schema spells
 * them, read-only attributes and unknown ones left out (clients send back what they were shown, and OneLogin sends
 * SCIM 1.1's URNs), null and [] unassigned, `schemas` made from what is there. Throws invalidSyntax and invalidValue.
 * Never shares anything with the body.
 */
export function validateResource(type: ResourceType, body: unknown): Resource {
  if (!isComplex(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  const resource: Resource = { schemas: [] }
  for (const [name, value] of Object.entries(body)) takeAttribute(type, resource, name, value)
  for (const schema of schemasOf(type)) demandRequired(type, resource, schema)
  return withSchemas(type, resource)
}

/** An optional extension demands its required attributes only of a resource that has any of it (RFC 7643 section 6). */
function demandRequired(type: ResourceType, resource: Resource, schema: Schema): void {
  const isCore = schema === type.schema
  const holder = isCore ? resource : resource[schema.id]
  const demanded = isCore || isComplex(holder) || type.extensions.some((one) => one.schema === schema && one.required)
  if (!demanded) return
  // What the server gives itself is not demanded of a client.
  for (const { name } of schema.attributes.filter((one) => one.required && isTaken(one))) {
    if (isBlank(isComplex(holder) ? holder[name] : undefined)) {
      throw new ScimError('invalidValue', `${isCore ? name : `${schema.id}:${name}`} is required`)
    }
  }
}

function takeAttribute(type: ResourceType, resource: Resource, name: string, value: unknown): void {
  const { urn, rest } = splitUrn(type, name)
  const extension = rest === '' ? type.extensions.find(({ schema }) => schema.id === urn)?.schema : undefined
  if (extension) {
    if (value === null) return
    if (!isComplex(value)) throw new ScimError('invalidValue', `${extension.id} must be an object`)
    for (const [inner, innerValue] of Object.entries(value)) {
      takeAttribute(type, resource, `${extension.id}:${inner}`, innerValue)
    }
    return
  }
  const found = findAttribute(type, name)
  if (!found || !isTaken(found.attribute)) return
  const canonical = canonicalValue(found.attribute, value, name, isTaken)
  if (canonical !== undefined) containerOf(resource, found.container)[found.attribute.name] = canonical
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
  const { schemas: _given, ...rest } = resource
  const extensions = type.extensions.map(({ schema }) => schema.id)
  const used = extensions.filter((urn) => isComplex(rest[urn]) && Object.keys(rest[urn]).length > 0)
  const attributes = Object.entries(rest).filter(([name]) => !extensions.includes(name) || used.includes(name))
  return { schemas: [type.schema.id, ...used], ...Object.fromEntries(attributes) }
}
