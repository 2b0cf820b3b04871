import { ScimError, unreachable } from '../core/errors.ts'
import type { Filter, FilterValue, Operator } from './filter.ts'
import { type Attribute, comparedAttribute, findPath, namedInValue, type ResourceType } from './schema.ts'

/** The attribute that a path of the filter leads to, if there is one. */
type Lookup = (path: string) => Attribute | undefined

const ORDER: readonly Operator[] = ['gt', 'ge', 'lt', 'le']
const TEXT: readonly Operator[] = ['co', 'sw', 'ew']

/**
 * Holds a filter against the schema (RFC 7644 section 3.4.2.2): each path leads somewhere, each operator and value fits
 * the attribute's type, and nothing that is never returned can be guessed at. Throws invalidFilter.
 */
export function checkFilter(type: ResourceType, filter: Filter): void {
  check(filter, (path) => {
    const found = findPath(type, path)
    return found && (found.subAttribute ?? found.attribute)
  })
}

/** The same for the filter between the brackets of a value path, whose paths are sub-attributes of `attribute`. */
export function checkValueFilter(attribute: Attribute, filter: Filter): void {
  check(filter, (path) => namedInValue(attribute, path))
}

function check(filter: Filter, lookup: Lookup): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.forEach((one) => check(one, lookup))
    case 'not':
      return check(filter.filter, lookup)
    case 'valuePath':
      return checkValueFilter(demand(filter.path, lookup), filter.filter)
    case 'present':
      return void demand(filter.path, lookup)
    case 'comparison':
      return checkComparison(filter.path, demand(filter.path, lookup), filter.operator, filter.value)
    default:
      unreachable(filter)
  }
}

function demand(path: string, lookup: Lookup): Attribute {
  const attribute = lookup(path)
  if (!attribute) throw new ScimError('invalidFilter', `There is no attribute ${path}.`)
  if (attribute.returned === 'never') throw new ScimError('invalidFilter', `${path} cannot be filtered by.`)
  return attribute
}

function checkComparison(path: string, attribute: Attribute, operator: Operator, value: FilterValue): void {
  const wrong = (why: string) => new ScimError('invalidFilter', `${path} ${operator}: ${why}`)
  if (value === null) {
    if (operator !== 'eq' && operator !== 'ne') throw wrong('null can only be compared by eq and ne.')
    return
  }
  const compared = comparedAttribute(attribute)
  if (!compared) throw wrong(`${path} is complex: name one of its sub-attributes.`)
  const { type } = compared
  if (ORDER.includes(operator) && (type === 'boolean' || type === 'binary')) throw wrong(`a ${type} has no order.`)
  if (TEXT.includes(operator) && (type === 'boolean' || type === 'integer' || type === 'decimal')) {
    throw wrong(`a ${type} is not text.`)
  }
  if (!fits(type, operator, value)) throw wrong(`${JSON.stringify(value)} is not a ${type}.`)
}

function fits(type: Attribute['type'], operator: Operator, value: string | number | boolean): boolean {
  switch (type) {
    case 'boolean':
      // Entra asks for roles[primary eq "True"].
      return typeof value === 'boolean' || (typeof value === 'string' && /^(true|false)$/i.test(value))
    case 'integer':
    case 'decimal':
      return typeof value === 'number'
    case 'dateTime':
      return typeof value === 'string' && (TEXT.includes(operator) || !Number.isNaN(Date.parse(value)))
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return typeof value === 'string'
  }
}
