import { ScimError } from '../core/errors.ts'
import type { Filter } from './filter.ts'
import { PATCH_OP_SCHEMA } from './messages.ts'
import { valueAfter } from './patch-value.ts'
import { parsePath, type PatchPath } from './path.ts'
import {
  type Attribute,
  type Complex,
  findAttribute,
  isComplex,
  type Resource,
  type ResourceType,
  schemaOf,
  type Value,
} from './schema.ts'
import { containerOf, demandRequired, withSchemas } from './validate.ts'
import { demandParts, isBlank, isTaken, MAX_VALUES, sameValue, shown } from './values.ts'

const MAX_OPERATIONS = 1000
/** Values that one body may make the server look at: about a second of its only thread. */
const MAX_LOOKS = 2_000_000
const OPS = ['add', 'replace', 'remove'] as const

export type AttributePath = Extract<PatchPath, { kind: 'attribute' }>

/** One change of one attribute. `value` is as it was sent, undefined if none was. */
export type Operation = {
  readonly op: (typeof OPS)[number]
  readonly path: AttributePath
  readonly value: unknown
  /** It goes with the whole extension that it is in, and so may go although it is required. */
  readonly isWhole?: boolean
}

/**
 * Applies the body of a PATCH (RFC 7644 section 3.5.2) to a resource, in order and all or nothing. Gives back the same
 * object if nothing changed. Throws invalidSyntax, invalidPath, invalidFilter, invalidValue, noTarget and mutability.
 */
export function patchResource(type: ResourceType, resource: Resource, body: unknown): Resource {
  return applyOperations(type, resource, parsePatch(type, body))
}

/** The operations of a PATCH body, one for each attribute that it names; those without a path are taken apart. */
export function parsePatch(type: ResourceType, body: unknown): readonly Operation[] {
  if (!isComplex(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  const schemas = fieldOf(body, 'schemas')
  if (!Array.isArray(schemas) || !schemas.some(isPatchUrn)) {
    throw new ScimError('invalidSyntax', `schemas must hold ${PATCH_OP_SCHEMA}.`)
  }
  const operations = fieldOf(body, 'Operations')
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ScimError('invalidSyntax', 'Operations must be an array of at least one operation.')
  }
  if (operations.length > MAX_OPERATIONS) {
    throw new ScimError(413, `More than ${MAX_OPERATIONS} operations.`)
  }
  return operations.flatMap((operation, i) => parseOperation(type, operation, `Operations[${i}]`))
}

/** Applies parsed operations; see patchResource. What changes an extension leaves it with all that it has to have. */
export function applyOperations(type: ResourceType, resource: Resource, operations: readonly Operation[]): Resource {
  const result = applyEach(type, resource, operations)
  if (result === resource) return resource
  for (const { schema } of type.extensions) {
    if (operations.some(({ path }) => path.container === schema.id)) demandRequired(type, result, schema)
  }
  return result
}

/** The operations one by one: what is missing after all of them is for the caller to find. */
export function applyEach(type: ResourceType, resource: Resource, operations: readonly Operation[]): Resource {
  // Only the top and the extensions are copied: values are replaced, never changed in place.
  const patched: Resource = { ...resource }
  for (const { schema } of type.extensions) {
    const extension = resource[schema.id]
    if (isComplex(extension)) patched[schema.id] = { ...extension }
  }
  let looks = 0
  for (const operation of operations) {
    looks += looksOf(patched, operation.path)
    if (looks > MAX_LOOKS) {
      throw new ScimError(413, 'So many operations on so many values: send them in several requests.')
    }
    applyOperation(patched, operation)
  }
  const result = withSchemas(type, patched)
  return sameValue({ ...result, schemas: [] }, { ...resource, schemas: [] }) ? resource : result
}

function parseOperation(type: ResourceType, operation: unknown, place: string): readonly Operation[] {
  if (!isComplex(operation)) throw new ScimError('invalidSyntax', `${place} must be an object.`)
  const given = fieldOf(operation, 'op')
  const op = OPS.find((one) => one === given)
  if (!op) throw new ScimError('invalidSyntax', `${place}.op must be add, replace or remove.`)
  const value = fieldOf(operation, 'value')
  if (op !== 'remove' && value === undefined) throw new ScimError('invalidValue', `${place}.value is missing.`)
  const text = fieldOf(operation, 'path')
  if (text === undefined) {
    if (op === 'remove') throw new ScimError('noTarget', `${place} removes, but has no path.`)
    return parsePathless(type, op, value, undefined, place)
  }
  if (typeof text !== 'string') throw new ScimError('invalidPath', `${place}.path must be a string.`)
  const path = parsePath(type, text)
  if (path.kind === 'schema') return parseSchemaOperation(type, op, path.container, value, place)
  demandWritable(path, text)
  if (op === 'remove' && value !== undefined && value !== null && path.attribute.multiValued && !path.subAttribute) {
    // All of them would go (section 3.5.2.2), which whoever lists some does not want.
    throw new ScimError('invalidValue', `${place} removes by a list of values: a filter in the path picks them.`)
  }
  return operationsOn(type, { op, path, value })
}

/** A whole extension is added and replaced as the attributes in it, and removed with all of them. */
function parseSchemaOperation(
  type: ResourceType,
  op: Operation['op'],
  container: string | undefined,
  value: unknown,
  place: string,
): readonly Operation[] {
  const extension = type.extensions.find(({ schema }) => schema.id === container)?.schema
  if (op !== 'remove' && value !== null) {
    return parsePathless(type, op, value, container ?? type.schema.id, place)
  }
  if (!extension) throw new ScimError('mutability', `${type.schema.id} cannot be removed as a whole.`)
  if (op === 'add') return []
  return extension.attributes
    .filter(isTaken)
    .map((attribute) => ({ op: 'remove', path: pathTo(container, attribute), value: undefined, isWhole: true }))
}

function pathTo(container: string | undefined, attribute: Attribute): AttributePath {
  return { kind: 'attribute', container, attribute, filter: undefined, subAttribute: undefined }
}

/** The attributes of a value without a path, of the resource or of the schema `within`, are an operation each. */
function parsePathless(
  type: ResourceType,
  op: 'add' | 'replace' | 'remove',
  value: unknown,
  within: string | undefined,
  place: string,
): readonly Operation[] {
  if (!isComplex(value)) throw new ScimError('invalidValue', `${place}.value must be an object: there is no path.`)
  return Object.entries(value).flatMap(([name, one]): readonly Operation[] => {
    const schema = within === undefined ? schemaOf(type, name) : undefined
    if (schema) {
      return parseSchemaOperation(type, op, schema === type.schema ? undefined : schema.id, one, place)
    }
    const found = findAttribute(type, within === undefined ? name : `${within}:${name}`)
    if (!found) throw new ScimError('invalidPath', `${place}.value: ${type.id} has no attribute ${name.slice(0, 200)}.`)
    const path = pathTo(found.container, found.attribute)
    demandWritable(path, name)
    return operationsOn(type, { op, path, value: one })
  })
}

/** `schemas` follows from what a resource has (RFC 7643 section 3): what a client says of it must make sense, and no more. */
function operationsOn(type: ResourceType, operation: Operation): readonly Operation[] {
  const { op, path, value } = operation
  if (path.container !== undefined || path.attribute.name !== 'schemas') return [operation]
  if (op === 'remove' || value === null) throw new ScimError('mutability', 'schemas is required.')
  for (const urn of Array.isArray(value) ? value : [value]) {
    if (typeof urn !== 'string' || !schemaOf(type, urn)) {
      throw new ScimError('invalidValue', `schemas: ${shown(urn)} is no schema of a ${type.id}.`)
    }
  }
  return []
}

function looksOf(resource: Resource, { container, attribute, filter }: AttributePath): number {
  const holder = container === undefined ? resource : resource[container]
  const values = isComplex(holder) ? holder[attribute.name] : undefined
  return Array.isArray(values) ? values.length * (filter ? termsOf(filter) : 1) : 0
}

function termsOf(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.reduce((sum, one) => sum + termsOf(one), 0)
  return filter.kind === 'not' || filter.kind === 'valuePath' ? termsOf(filter.filter) : 1
}

function applyOperation(resource: Resource, { op, path, value, isWhole = false }: Operation): void {
  const { container, attribute } = path
  const holder: Complex = containerOf(resource, container)
  const before = holder[attribute.name]
  const after = valueAfter(op, path, before, value)
  if (attribute.returned === 'never' && after === undefined && op !== 'add' && !isWhole) {
    throw new ScimError('mutability', `${attribute.name} can be replaced, and not removed.`)
  }
  if (attribute.required && isBlank(after) && !isWhole) {
    const emptied = typeof after === 'string'
    throw new ScimError(emptied ? 'invalidValue' : 'mutability', `${attribute.name} is required.`)
  }
  if (attribute.mutability === 'immutable' && before !== undefined && !sameValue(before, after)) {
    throw new ScimError('mutability', `${attribute.name} is immutable.`)
  }
  if (Array.isArray(after) && after.length > MAX_VALUES && attribute.name !== 'members') {
    throw new ScimError('invalidValue', `${attribute.name} would have more than ${MAX_VALUES} values.`)
  }
  if (after !== before) demandParts(attribute, after)
  if (after === undefined) delete holder[attribute.name]
  else holder[attribute.name] = after
}

function demandWritable(path: AttributePath, text: string): void {
  if (isReadOnly(path)) throw new ScimError('mutability', `${text.slice(0, 200)} is read-only.`)
}

export function isReadOnly({ attribute, subAttribute }: Pick<AttributePath, 'attribute' | 'subAttribute'>): boolean {
  return attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly'
}

function isPatchUrn(urn: Value): boolean {
  return typeof urn === 'string' && urn.toLowerCase() === PATCH_OP_SCHEMA.toLowerCase()
}

/** Names in a message are compared in any case (RFC 7643 section 2.1). */
export function fieldOf(body: Complex, name: string): Value | undefined {
  if (Object.hasOwn(body, name)) return body[name]
  const found = Object.keys(body).find((key) => key.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : body[found]
}
