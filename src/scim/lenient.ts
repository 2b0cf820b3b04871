/**
 * What real clients send, put into the words of the RFCs before the engine sees it: the only place that knows of them.
 * One line each, with the vendor's name. A credential that asks for strict conformance does not come through here.
 */
import { normalizeFilter } from './lenient-filter.ts'
import { PATCH_OP_SCHEMA } from './messages.ts'
import { fieldOf, isReadOnly } from './patch.ts'
import { parseKnownPath } from './path.ts'
import {
  type Attribute,
  type Complex,
  findAttribute,
  isComplex,
  namedIn,
  type ResourceType,
  schemaOf,
  schemasOf,
  splitUrn,
} from './schema.ts'
import { ENTERPRISE_USER_SCHEMA } from './schemas/enterprise-user.ts'

/** The body of a POST or PUT as the RFC would have it; what makes no sense stays, for the engine to refuse. */
export function normalizeResource(type: ResourceType, body: unknown): unknown {
  if (!isComplex(body)) return body
  const normal: Record<string, unknown> = {}
  const used = new Set([type.schema.id])
  for (const [given, value] of Object.entries(body)) {
    const name = currentName(given)
    if (name.toLowerCase() === 'schemas') continue
    normal[name] = normalizeMember(type, name, value)
    const { urn } = splitUrn(type, name)
    if (urn !== undefined && value !== null) used.add(urn)
  }
  // WSO2's tutorial sends no schemas, OneLogin those of SCIM 1.1, Entra ID one of its own with groups.
  return { ...normal, schemas: [...used] }
}

/** OneLogin names the enterprise extension as SCIM 1.1 did. */
function currentName(name: string): string {
  return name.replace(/^urn:scim:schemas:extension:enterprise:[12]\.0(?=[:.]|$)/i, ENTERPRISE_USER_SCHEMA.id)
}

function normalizeMember(type: ResourceType, name: string, value: unknown): unknown {
  const schema = schemaOf(type, name)
  if (schema && isComplex(value)) return normalizeParts(schema.attributes, value)
  const found = findAttribute(type, name)
  return found ? normalizeValue(found.attribute, value) : value
}

function normalizeParts(attributes: readonly Attribute[], parts: Complex): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, value]) => {
      const attribute = namedIn(attributes, name)
      return [name, attribute ? normalizeValue(attribute, value) : value]
    }),
  )
}

function normalizeValue(attribute: Attribute, value: unknown): unknown {
  if (value === null || value === undefined) return value
  if (attribute.multiValued) {
    // OneLogin sends its one e-mail address as an object, not as an array of one.
    const list: unknown[] = Array.isArray(value) ? value : [value]
    return list.map((one) => normalizeSingle(attribute, one))
  }
  const only: unknown = onlyOf(value)
  // Entra ID has sent a manager as an array of one, and a name as [{ "value": "Kim" }].
  if (attribute.type === 'complex') return normalizeSingle(attribute, only)
  return normalizeSingle(attribute, Array.isArray(value) && isComplex(only) ? (only.value ?? null) : value)
}

function normalizeSingle(attribute: Attribute, value: unknown): unknown {
  // Entra ID sends "True" and "False".
  if (attribute.type === 'boolean' && typeof value === 'string' && /^(true|false)$/i.test(value)) {
    return value.toLowerCase() === 'true'
  }
  if (attribute.type !== 'complex') return value
  // Entra ID takes a manager away with an empty string.
  if (isEmptied(attribute, value)) return null
  // A bare string is the sub-attribute `value`: Entra ID's manager and members, WSO2's e-mail addresses.
  const hasValue = namedIn(attribute.subAttributes ?? [], 'value') !== undefined
  if (typeof value === 'string' && hasValue) return { value }
  return isComplex(value) ? normalizeParts(attribute.subAttributes ?? [], value) : value
}

/** The body of a PATCH as the RFC would have it. */
export function normalizePatch(type: ResourceType, body: unknown): unknown {
  if (!isComplex(body)) return body
  const operations = fieldOf(body, 'Operations')
  // Some clients leave `schemas` out; a body that says it is something else is refused.
  const schemas = fieldOf(body, 'schemas') ?? [PATCH_OP_SCHEMA]
  const given = Array.isArray(schemas) && schemas.length === 0 ? [PATCH_OP_SCHEMA] : schemas
  if (!Array.isArray(operations) || operations.length === 0) return { schemas: given, Operations: operations }
  const normal = operations.flatMap((operation) => normalizeOperation(type, operation))
  // Nothing may be left, of an operation on what only the server changes: that is no change.
  return { schemas: given, Operations: normal.length === 0 ? [{ op: 'add', value: {} }] : normal }
}

function normalizeOperation(type: ResourceType, operation: unknown): unknown[] {
  if (!isComplex(operation)) return [operation]
  const given = fieldOf(operation, 'op')
  // Entra ID sends "Add" and "Replace".
  const op = typeof given === 'string' ? given.toLowerCase() : given
  const path = fieldOf(operation, 'path')
  const value = fieldOf(operation, 'value')
  const isPathless = path === undefined || path === null || (typeof path === 'string' && path.trim() === '')
  if (!isPathless) return normalizePathed(type, op, path, value)
  if (!isComplex(value)) return [{ op, ...(value === undefined ? {} : { value }) }]
  return Object.entries(value).flatMap(([name, one]) => normalizeNamed(type, op, name, one))
}

/**
 * Each name of a value without a path becomes a path of its own: Entra ID sends "name.givenName" and
 * "urn:…:User:department". Okta sends back what it was shown (`id`, `meta`), so what only the server changes is left out.
 */
function normalizeNamed(type: ResourceType, op: unknown, given: string, value: unknown): unknown[] {
  const name = normalizeFilter(currentName(given))
  const path = /^[a-z$][\w$:.-]*(\[.*)?$/i.test(name) ? parseKnownPath(type, name) : undefined
  if (!path) return []
  if (path.kind === 'attribute' && isReadOnly(path)) return []
  return normalizePathed(type, op, name, value)
}

function normalizePathed(type: ResourceType, op: unknown, given: unknown, value: unknown): unknown[] {
  const text = typeof given === 'string' ? normalizeFilter(currentName(given)) : given
  const path = typeof text === 'string' ? parseKnownPath(type, text) : undefined
  const plain = { op, path: text, ...(value === undefined ? {} : { value }) }
  if (!path) return [plain]
  if (path.kind === 'schema') return normalizeSchemaValue(type, op, path.container, value) ?? [plain]
  const { attribute, filter, subAttribute } = path
  // Okta sends back the schemas that it was shown; they follow from what a resource has.
  if (attribute.name === 'schemas') return []
  // Entra ID assigns app roles with the user; here they are given at the role.
  if (type.id === 'User' && attribute.name === 'roles') return []
  if (subAttribute) {
    if (value === '' && subAttribute.name === 'value' && !filter && !attribute.multiValued) {
      return [{ op: 'remove', path: String(text).replace(/\.value$/i, '') }]
    }
    // Entra ID replaces emails[type eq "work"].value of users who have none, and expects it to be made.
    const made = op === 'replace' && filter !== undefined && attribute.multiValued && value !== null
    return [{ ...plain, op: made ? 'add' : op, ...valueMember(normalizeValue(subAttribute, value)) }]
  }
  if (isEmptied(attribute, value) && !filter) return [{ op: 'remove', path: text }]
  const normal = filter ? normalizeSingle(attribute, onlyOf(value)) : normalizeValue(attribute, value)
  if (op === 'remove' && Array.isArray(normal) && !filter) return removalsOf(attribute, plain.path, normal)
  return [{ ...plain, ...valueMember(normal) }]
}

/** Entra ID takes a manager away with an empty string, by itself or as its `value`. */
function isEmptied({ type, multiValued }: Attribute, value: unknown): boolean {
  if (type !== 'complex' || multiValued) return false
  return value === '' || (isComplex(value) && value.value === '' && Object.keys(value).length === 1)
}

/** How many values one path names: it stays a short text. */
const NAMED_AT_ONCE = 50

/** Entra ID and JumpCloud remove the members that they list, where RFC 7644 section 3.5.2.2 would remove all. */
function removalsOf(attribute: Attribute, path: unknown, values: readonly unknown[]): unknown[] {
  const terms = values.map((value) => termOf(attribute, value)).filter((term) => term !== '')
  return Array.from({ length: Math.ceil(terms.length / NAMED_AT_ONCE) }, (_, i) => {
    const some = terms.slice(i * NAMED_AT_ONCE, (i + 1) * NAMED_AT_ONCE)
    return { op: 'remove', path: `${String(path)}[${some.join(' or ')}]` }
  })
}

/** The filter that picks a listed value: by its `value` and type, an address by all that is said of it. */
function termOf(attribute: Attribute, value: unknown): string {
  if (!isComplex(value)) return isScalar(value) ? `value eq ${JSON.stringify(value)}` : ''
  const isPicking = ([name, part]: [string, unknown]) =>
    typeof part === 'string' &&
    (value.value === undefined || name === 'value' || (name === 'type' && attribute.name !== 'members'))
  const parts = Object.entries(value).filter(isPicking)
  return parts.map(([name, part]) => `${name} eq ${JSON.stringify(part)}`).join(' and ')
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** The attributes of an extension that is given as a whole, or undefined if it is no object. */
function normalizeSchemaValue(type: ResourceType, op: unknown, container: string | undefined, value: unknown) {
  if (!isComplex(value)) return undefined
  const schema = schemasOf(type).find(({ id }) => id === (container ?? type.schema.id))
  const known = Object.entries(value).filter(([name]) => namedIn(schema?.attributes ?? [], name))
  return known.flatMap(([name, one]) => normalizeNamed(type, op, `${schema?.id}:${name}`, one))
}

function onlyOf(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value
}

function valueMember(value: unknown): { value?: unknown } {
  return value === undefined ? {} : { value }
}
