/** What a list is asked for, in the address or in the body of a search (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865). */
import { ScimError } from '../core/errors.ts'
import { SEARCH_REQUEST_SCHEMA } from './messages.ts'
import { comparedAttribute, findPath, type FoundPath, isComplex, type ResourceType } from './schema.ts'

/** A page holds so many resources at the most; `itemsPerPage` says what it held. */
export const MAX_RESULTS = 1000
export const DEFAULT_RESULTS = 100
/** More than any type has, with all their parts: each is held against each attribute of each resource. */
const MAX_NAMES = 200

export type Projection = {
  readonly attributes?: readonly string[] | undefined
  readonly excludedAttributes?: readonly string[] | undefined
}

export type ListQuery = {
  readonly filter: string | undefined
  readonly projection: Projection
  readonly sortBy: string | undefined
  readonly descending: boolean
  /** Resources in a page, at most MAX_RESULTS. */
  readonly count: number
  readonly paging:
    | { readonly kind: 'index'; readonly startIndex: number }
    /** '' asks for the first page. */
    | { readonly kind: 'cursor'; readonly cursor: string }
}

/** Parameters by their names in lower case, as text or as JSON. */
type Parameters = Readonly<Record<string, unknown>>

/** The query parameters of a list, by lower-case names. Throws invalidValue, invalidCount and invalidCursor. */
export function parseListQuery(parameters: Parameters): ListQuery {
  const cursor = textOf(parameters, 'cursor')
  const isCursor = cursor !== undefined
  if (isCursor && isGiven(parameters.startindex)) {
    throw new ScimError('invalidValue', 'Give startIndex or cursor, not both.')
  }
  const fault = isCursor ? 'invalidCount' : 'invalidValue'
  const count = integerOf(parameters, 'count', fault) ?? DEFAULT_RESULTS
  const startIndex = isCursor ? 1 : (integerOf(parameters, 'startIndex', 'invalidValue') ?? 1)
  return {
    filter: filledText(parameters, 'filter'),
    projection: parseProjection(parameters),
    sortBy: filledText(parameters, 'sortBy'),
    descending: isDescending(filledText(parameters, 'sortOrder')),
    // A startIndex below 1 is 1, a negative count is 0 (section 3.4.2.4).
    count: Math.min(Math.max(count, 0), MAX_RESULTS),
    paging: isCursor ? { kind: 'cursor', cursor } : { kind: 'index', startIndex: Math.max(startIndex, 1) },
  }
}

/** The body of POST .search as the same parameters. Throws invalidSyntax. */
export function parseSearchRequest(body: unknown): Parameters {
  if (!isComplex(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  const parameters = Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]))
  const { schemas } = parameters
  const isSearch = Array.isArray(schemas) && schemas.some((one) => equalUrn(one, SEARCH_REQUEST_SCHEMA))
  if (!isSearch) throw new ScimError('invalidSyntax', `schemas must hold ${SEARCH_REQUEST_SCHEMA}.`)
  return parameters
}

/** `attributes` and `excludedAttributes`: lists with commas in an address, arrays in a body; one of the two. */
export function parseProjection(parameters: Parameters): Projection {
  const attributes = namesOf(parameters, 'attributes')
  const excludedAttributes = namesOf(parameters, 'excludedAttributes')
  if (attributes && excludedAttributes) {
    throw new ScimError('invalidValue', 'Give attributes or excludedAttributes, not both.')
  }
  return { attributes, excludedAttributes }
}

/** What sortBy leads to, or undefined where the type has nothing of that name. Throws invalidValue for what has no order. */
export function findSortPath(type: ResourceType, sortBy: string): FoundPath | undefined {
  const found = findPath(type, sortBy)
  if (!found) return undefined
  const attribute = found.subAttribute ?? found.attribute
  const compared = comparedAttribute(attribute)
  if (!compared) throw new ScimError('invalidValue', `sortBy: ${sortBy} is complex: name one of its sub-attributes.`)
  if (attribute.returned === 'never') throw new ScimError('invalidValue', `sortBy: ${sortBy} has no order.`)
  return { ...found, subAttribute: found.subAttribute ?? (compared === attribute ? undefined : compared) }
}

function isDescending(order: string | undefined): boolean {
  if (order === undefined || /^ascending$/i.test(order)) return false
  if (/^descending$/i.test(order)) return true
  throw new ScimError('invalidValue', 'sortOrder must be ascending or descending')
}

function namesOf(parameters: Parameters, name: string): readonly string[] | undefined {
  const given = parameters[name.toLowerCase()]
  if (given === undefined || given === null) return undefined
  const list: readonly unknown[] = Array.isArray(given) ? given : typeof given === 'string' ? given.split(',') : [given]
  const names = list.map((one) => {
    if (typeof one !== 'string') throw new ScimError('invalidValue', `${name} must name attributes`)
    return one.trim()
  })
  const filled = [...new Set(names)].filter((one) => one !== '')
  if (filled.length > MAX_NAMES) throw new ScimError('invalidValue', `${name} names more than ${MAX_NAMES} attributes`)
  return filled.length === 0 ? undefined : filled
}

function integerOf(parameters: Parameters, name: string, fault: 'invalidValue' | 'invalidCount'): number | undefined {
  const given = parameters[name.toLowerCase()]
  if (!isGiven(given)) return undefined
  if (typeof given === 'number' && Number.isSafeInteger(given)) return given
  if (typeof given === 'string' && /^[+-]?\d{1,15}$/.test(given.trim())) return Number(given)
  throw new ScimError(fault, `${name} must be an integer`)
}

function textOf(parameters: Parameters, name: string): string | undefined {
  const given = parameters[name.toLowerCase()]
  if (given === undefined || given === null) return undefined
  if (typeof given !== 'string') throw new ScimError('invalidValue', `${name} must be a string`)
  return given
}

/** Undefined for an empty one: OneLogin ends its addresses with `&`, and forms send empty fields. */
function filledText(parameters: Parameters, name: string): string | undefined {
  const text = textOf(parameters, name)
  return text === '' && name !== 'filter' ? undefined : text
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function equalUrn(value: unknown, urn: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === urn.toLowerCase()
}
