import { ScimError, unreachable } from '../core/errors.ts'
import type { Filter, FilterValue, Operator } from './filter.ts'
import {
  type Attribute,
  type AttributeType,
  comparedAttribute,
  findPath,
  namedInValue,
  type ResourceType,
} from './schema.ts'
import { isDateTime, shown } from './values.ts'

/** The attributes that a path of the filter leads to: none, one, or one of each type that is searched. */
type Lookup = (path: string) => readonly Attribute[]

const ORDER: readonly Operator[] = ['gt', 'ge', 'lt', 'le']
const TEXT: readonly Operator[] = ['co', 'sw', 'ew']
const NO_TEXT: readonly AttributeType[] = ['boolean', 'integer', 'decimal', 'dateTime']

/**
 * Holds a filter against the schema (RFC 7644 section 3.4.2.2): each path leads somewhere, each operator and value fits
 * the attribute's type, and nothing that is never returned can be guessed at. Of several types, searched at once, what
 * none has an attribute for has no value (section 3.4.2.1). Throws invalidFilter.
 */
export function checkFilter(types: readonly ResourceType[], filter: Filter): void {
  const attributesAt = (path: string) =>
    types.flatMap((type) => {
      const found = findPath(type, path)
      return found ? [found.subAttribute ?? found.attribute] : []
    })
  check(filter, attributesAt, types.length === 1)
}

/** The same for the filter between the brackets of a value path, whose paths are sub-attributes of `attributes`. */
export function checkValueFilter(attributes: readonly Attribute[], filter: Filter, mustBeThere = true): void {
  const attributesAt = (path: string) => attributes.flatMap((attribute) => namedInValue(attribute, path) ?? [])
  check(filter, attributesAt, mustBeThere)
}

/** `mustBeThere`: a path that leads nowhere is a fault. */
function check(filter: Filter, attributesAt: Lookup, mustBeThere: boolean): void {
  const lookup = (path: string) =>
    demandReadable(path, mustBeThere ? demandFound(path, attributesAt) : attributesAt(path))
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.forEach((one) => check(one, attributesAt, mustBeThere))
    case 'not':
      return check(filter.filter, attributesAt, mustBeThere)
    case 'valuePath': {
      const attributes = lookup(filter.path)
      if (attributes.some((one) => !one.subAttributes && !one.multiValued)) {
        throw new ScimError('invalidFilter', `${filter.path} has no values to pick from.`)
      }
      return checkValueFilter(attributes, filter.filter, mustBeThere)
    }
    case 'present':
      return void lookup(filter.path)
    case 'comparison':
      for (const one of lookup(filter.path)) checkComparison(filter.path, one, filter.operator, filter.value)
      return
    default:
      unreachable(filter)
  }
}

function demandFound(path: string, lookup: Lookup): readonly Attribute[] {
  const found = lookup(path)
  if (found.length === 0) throw new ScimError('invalidFilter', `There is no attribute ${path.slice(0, 200)}.`)
  return found
}

function demandReadable(path: string, found: readonly Attribute[]): readonly Attribute[] {
  if (found.some((attribute) => attribute.returned === 'never')) {
    throw new ScimError('invalidFilter', `${path} cannot be filtered by.`)
  }
  return found
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
  // A dateTime is an instant, which has many texts.
  if (TEXT.includes(operator) && NO_TEXT.includes(type)) throw wrong(`a ${type} is not text.`)
  if (!fits(type, value)) throw wrong(`${shown(value)} is not a ${type}.`)
}

function fits(type: AttributeType, value: string | number | boolean): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
    case 'decimal':
      return typeof value === 'number'
    case 'dateTime':
      return typeof value === 'string' && isDateTime(value)
    case 'string':
    case 'reference':
    case 'binary':
    case 'complex':
      return typeof value === 'string'
  }
}
