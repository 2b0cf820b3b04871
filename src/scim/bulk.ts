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
const REFERENCE = /(^|\/)bulkId:(.+)$/
/** In the filter of a PATCH path: members[value eq "bulkId:x"]. */
const REFERENCE_IN_PATH = /"bulkId:([^"]+)"/g

/** What an operation is about: `Users`, `Groups` or `Roles`, and the id in the path, or the bulkId that stands for it. */
export type BulkTarget = {
  readonly endpoint: string
  readonly target: { readonly id: string } | { readonly bulkId: string } | undefined
}

export type BulkOperation = BulkTarget & {
  readonly method: (typeof METHODS)[number]
  readonly bulkId: string | undefined
  readonly version: string | undefined
  readonly data: unknown
  /** The bulkIds that its path and data name. */
  readonly references: ReadonlySet<string>
}

/** An operation as far as it could be read: of what makes no sense, why, and what an answer to it names. */
export type ReadOperation =
  | { readonly ok: true; readonly operation: BulkOperation }
  | {
      readonly ok: false
      readonly method: string | undefined
      readonly bulkId: string | undefined
      readonly about: BulkTarget | undefined
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
  const [method, bulkId, about] = [text('method'), text('bulkId'), targetOf(text('path') ?? '')]
  try {
    return { ok: true, operation: parseOperation(given, method, about, bulkId, seen) }
  } catch (error) {
    if (error instanceof ScimError) return { ok: false, method, bulkId, about, error }
    throw error
  }
}

function targetOf(path: string): BulkTarget | undefined {
  const [, endpoint, id] = /^\/(?:v2\/)?([A-Za-z]+)(?:\/(bulkId:.+|[^/?#]+))?$/.exec(path) ?? []
  if (endpoint === undefined) return undefined
  const isReference = id?.startsWith('bulkId:')
  if (id === undefined) return { endpoint, target: undefined }
  return { endpoint, target: isReference ? { bulkId: id.slice('bulkId:'.length) } : { id } }
}

function parseOperation(
  given: Complex,
  methodText: string | undefined,
  about: BulkTarget | undefined,
  bulkId: string | undefined,
  seen: Set<string>,
): BulkOperation {
  const wrong = (why: string) => new ScimError('invalidSyntax', why)
  const method = METHODS.find((one) => one === methodText?.toUpperCase())
  if (!method) throw wrong('method must be POST, PUT, PATCH or DELETE.')
  if (!about) throw wrong('path must be /Users, /Groups or /Roles, and an id unless it is POST.')
  if (method === 'POST' && bulkId === undefined) throw wrong('A POST needs a bulkId.')
  if (method === 'POST' && about.target) throw wrong('The path of a POST has no id.')
  if (method !== 'POST' && !about.target) throw wrong(`The path of a ${method} needs an id.`)
  if (bulkId !== undefined && seen.has(bulkId)) throw wrong(`bulkId ${bulkId.slice(0, 200)} is there twice.`)
  if (bulkId !== undefined) seen.add(bulkId)
  const version = fieldOf(given, 'version') ?? undefined
  // A condition that cannot be read must not be passed over.
  if (version !== undefined && typeof version !== 'string') throw wrong('version must be a string.')
  const data = fieldOf(given, 'data')
  if (method !== 'DELETE' && !isComplex(data)) throw wrong('data must be an object.')
  return { method, ...about, bulkId, version, data, references: referencesOf(about, data) }
}

/** Throws invalidSyntax for what is nested too deep. */
function referencesOf({ target }: BulkTarget, data: unknown): Set<string> {
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
