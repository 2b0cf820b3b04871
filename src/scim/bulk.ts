/** The body of a Bulk request, and the references in it (RFC 7644 section 3.7). Pure. */
import { ScimError } from '../core/errors.ts'
import { MAX_BULK_OPERATIONS } from './discovery.ts'
import { BULK_REQUEST_SCHEMA } from './messages.ts'
import { fieldOf } from './patch.ts'
import { type Complex, isComplex } from './schema.ts'

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Deeper than any resource; what is nested deeper is looked at by nobody. */
const MAX_DEPTH = 16
/** A whole value, or the end of a `$ref`. */
const REFERENCE = /(^|\/)bulkId:([^/]+)$/
/** In the filter of a PATCH path: members[value eq "bulkId:x"]. */
const REFERENCE_IN_PATH = /"bulkId:([^"]+)"/g

export type BulkOperation = {
  readonly method: (typeof METHODS)[number]
  /** `Users`, `Groups` or `Roles`. */
  readonly endpoint: string
  /** The id in the path, or the bulkId that stands for it. */
  readonly target: { readonly id: string } | { readonly bulkId: string } | undefined
  readonly bulkId: string | undefined
  readonly version: string | undefined
  readonly data: unknown
}

/** An operation as far as it could be read: of what makes no sense, why, and what an answer to it names. */
export type ReadOperation =
  | { readonly ok: true; readonly operation: BulkOperation }
  | {
      readonly ok: false
      readonly method: string | undefined
      readonly bulkId: string | undefined
      readonly error: ScimError
    }

export type BulkRequest = {
  readonly operations: readonly ReadOperation[]
  /** So many failures end the request; undefined: none does. */
  readonly failOnErrors: number | undefined
}

/** Throws invalidSyntax for what is no BulkRequest, 413 for one that is too long. A bad operation fails alone. */
export function parseBulk(body: unknown): BulkRequest {
  if (!isComplex(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  const schemas = fieldOf(body, 'schemas')
  const isBulk = Array.isArray(schemas) && schemas.some((urn) => isUrn(urn, BULK_REQUEST_SCHEMA))
  if (!isBulk) throw new ScimError('invalidSyntax', `schemas must hold ${BULK_REQUEST_SCHEMA}.`)
  const operations = fieldOf(body, 'Operations')
  if (!Array.isArray(operations)) throw new ScimError('invalidSyntax', 'Operations must be an array.')
  if (operations.length > MAX_BULK_OPERATIONS) {
    throw new ScimError(413, `A bulk may have ${MAX_BULK_OPERATIONS} operations (maxOperations) at the most.`)
  }
  const failOnErrors = fieldOf(body, 'failOnErrors')
  if (failOnErrors !== undefined && failOnErrors !== null && !isCount(failOnErrors)) {
    throw new ScimError('invalidValue', 'failOnErrors must be an integer above 0.')
  }
  const seen = new Set<string>()
  return {
    operations: operations.map((one) => readOperation(one, seen)),
    failOnErrors: typeof failOnErrors === 'number' ? failOnErrors : undefined,
  }
}

function readOperation(operation: unknown, seen: Set<string>): ReadOperation {
  const given = isComplex(operation) ? operation : {}
  const text = (name: string) => {
    const value = fieldOf(given, name)
    return typeof value === 'string' ? value : undefined
  }
  const [method, bulkId] = [text('method'), text('bulkId')]
  try {
    return { ok: true, operation: parseOperation(given, method, text('path'), bulkId, text('version'), seen) }
  } catch (error) {
    if (error instanceof ScimError) return { ok: false, method, bulkId, error }
    throw error
  }
}

function parseOperation(
  given: Complex,
  methodText: string | undefined,
  path: string | undefined,
  bulkId: string | undefined,
  version: string | undefined,
  seen: Set<string>,
): BulkOperation {
  const method = METHODS.find((one) => one === methodText?.toUpperCase())
  if (!method) throw new ScimError('invalidSyntax', 'method must be POST, PUT, PATCH or DELETE.')
  const [, endpoint, id] = /^\/(?:v2\/)?([A-Za-z]+)(?:\/([^/?#]+))?$/.exec(path ?? '') ?? []
  if (!endpoint)
    throw new ScimError('invalidSyntax', 'path must be /Users, /Groups or /Roles, and an id unless it is POST.')
  if (method === 'POST' && bulkId === undefined) throw new ScimError('invalidSyntax', 'A POST needs a bulkId.')
  if (method === 'POST' && id !== undefined) throw new ScimError('invalidSyntax', 'The path of a POST has no id.')
  if (method !== 'POST' && id === undefined)
    throw new ScimError('invalidSyntax', `The path of a ${method} needs an id.`)
  if (bulkId !== undefined && seen.has(bulkId)) throw new ScimError('invalidSyntax', `bulkId ${bulkId} is there twice.`)
  if (bulkId !== undefined) seen.add(bulkId)
  const data = fieldOf(given, 'data')
  if (method !== 'DELETE' && !isComplex(data)) throw new ScimError('invalidSyntax', 'data must be an object.')
  const target = id?.startsWith('bulkId:')
    ? { bulkId: id.slice('bulkId:'.length) }
    : id === undefined
      ? undefined
      : { id }
  return { method, endpoint, target, bulkId, version, data }
}

/** The bulkIds that an operation's path and data name. */
export function referencesOf({ target, data }: BulkOperation): Set<string> {
  const found = new Set(target && 'bulkId' in target ? [target.bulkId] : [])
  walk(data, (bulkId) => {
    found.add(bulkId)
    return undefined
  })
  return found
}

/** The data with ids for the bulkIds; one that `idOf` does not know stays as it is. */
export function resolveReferences(data: unknown, idOf: (bulkId: string) => string | undefined): unknown {
  return walk(data, idOf)
}

/** The data without the values that name one of these bulkIds: what can be created before they are. */
export function withoutReferences(data: unknown, bulkIds: ReadonlySet<string>): unknown {
  if (Array.isArray(data)) {
    return data.filter((one) => !names(one, bulkIds)).map((one) => withoutReferences(one, bulkIds))
  }
  if (!isComplex(data)) return data
  const entries = Object.entries(data).filter(([, value]) => Array.isArray(value) || !names(value, bulkIds))
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutReferences(value, bulkIds)]))
}

/** The attributes that name one of these bulkIds, whole: what is added when they are there. */
export function partsWithReferences(data: unknown, bulkIds: ReadonlySet<string>): Record<string, unknown> {
  if (!isComplex(data)) return {}
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => {
      let isNamed = false
      walk(value, (bulkId) => {
        isNamed ||= bulkIds.has(bulkId)
        return undefined
      })
      return isNamed
    }),
  )
}

/** A reference itself, or a complex value whose own parts are one: the whole value goes, not its `value` alone. */
function names(value: unknown, bulkIds: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return bulkIds.has(REFERENCE.exec(value)?.[2] ?? '')
  return isComplex(value) && Object.values(value).some((part) => typeof part === 'string' && names(part, bulkIds))
}

function walk(value: unknown, idOf: (bulkId: string) => string | undefined, depth = 0): unknown {
  if (depth > MAX_DEPTH) throw new ScimError('invalidSyntax', `data is nested more than ${MAX_DEPTH} deep.`)
  if (Array.isArray(value)) return value.map((one) => walk(one, idOf, depth + 1))
  if (isComplex(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        name,
        name.toLowerCase() === 'path' && typeof one === 'string' ? inPath(one, idOf) : walk(one, idOf, depth + 1),
      ]),
    )
  }
  if (typeof value !== 'string' || !value.includes('bulkId:')) return value
  return value.replace(REFERENCE, (whole, before: string, bulkId: string) => {
    const id = idOf(bulkId)
    return id === undefined ? whole : before + id
  })
}

function inPath(path: string, idOf: (bulkId: string) => string | undefined): string {
  return path.replace(REFERENCE_IN_PATH, (whole, bulkId: string) => {
    const id = idOf(bulkId)
    return id === undefined ? whole : `"${id}"`
  })
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function isUrn(value: unknown, urn: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === urn.toLowerCase()
}
