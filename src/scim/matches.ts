import { unreachable } from '../core/errors.ts'
import type { Filter, FilterValue, Operator } from './filter.ts'
import { compareText, instantOf, keyOf } from './compared.ts'
import {
  type Attribute,
  comparedAttribute,
  findPath,
  isComplex,
  namedInValue,
  type Resource,
  type ResourceType,
  type Value,
} from './schema.ts'

/** What stands at a path: its attribute and its values, none if it is unassigned; undefined for an unknown path. */
type Lookup = (path: string) => { readonly attribute: Attribute; readonly values: readonly Value[] } | undefined

/**
 * Whether a resource matches a filter (RFC 7644 section 3.4.2.2). Of a multi-valued attribute any value may match;
 * `ne` is the contrary of `eq`, so it holds for what is unassigned; `eq null` is the contrary of `pr`; an unknown
 * attribute has no value. Text is compared by the attribute's caseExact, a dateTime as the instant that it names.
 */
export function matches(type: ResourceType, filter: Filter, resource: Resource): boolean {
  return evaluate(filter, (path) => {
    const found = findPath(type, path)
    if (!found) return undefined
    const holder = found.container === undefined ? resource : resource[found.container]
    const values = isComplex(holder) ? listOf(holder[found.attribute.name]) : []
    const sub = found.subAttribute
    return sub
      ? { attribute: sub, values: values.flatMap((value) => (isComplex(value) ? listOf(value[sub.name]) : [])) }
      : { attribute: found.attribute, values }
  })
}

/** Whether one value of `attribute` matches the filter between the brackets of a value path. */
export function matchesValue(attribute: Attribute, filter: Filter, value: Value): boolean {
  return evaluate(filter, (path) => {
    const inner = namedInValue(attribute, path)
    if (!inner) return undefined
    return { attribute: inner, values: listOf(isComplex(value) ? value[inner.name] : value) }
  })
}

function evaluate(filter: Filter, lookup: Lookup): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((one) => evaluate(one, lookup))
    case 'or':
      return filter.filters.some((one) => evaluate(one, lookup))
    case 'not':
      return !evaluate(filter.filter, lookup)
    case 'present':
      return lookup(filter.path)?.values.some(isPresent) ?? false
    case 'valuePath': {
      const found = lookup(filter.path)
      return found?.values.some((value) => matchesValue(found.attribute, filter.filter, value)) ?? false
    }
    case 'comparison':
      return evaluateComparison(lookup(filter.path), filter.operator, filter.value)
    default:
      return unreachable(filter)
  }
}

function evaluateComparison(found: ReturnType<Lookup>, operator: Operator, operand: FilterValue): boolean {
  if (operator === 'ne') return !evaluateComparison(found, 'eq', operand)
  if (operand === null) return operator === 'eq' && !(found?.values.some(isPresent) ?? false)
  const compared = found && comparedAttribute(found.attribute)
  if (!found || !compared) return false
  return found.values.some((value) => {
    // `emails co "x"` is about emails.value.
    const one = isComplex(value) ? value[compared.name] : value
    return one !== undefined && one !== null && holds(compared, one, operator, operand)
  })
}

function holds(attribute: Attribute, value: Value, operator: Operator, operand: string | number | boolean): boolean {
  if (attribute.type === 'boolean') return operator === 'eq' && value === operand
  if (typeof value === 'number') return typeof operand === 'number' && inOrder(operator, value - operand)
  if (typeof value !== 'string' || typeof operand !== 'string') return false
  switch (operator) {
    case 'co':
      return keyOf(attribute, value).includes(keyOf(attribute, operand))
    case 'sw':
      return keyOf(attribute, value).startsWith(keyOf(attribute, operand))
    case 'ew':
      return keyOf(attribute, value).endsWith(keyOf(attribute, operand))
    default:
      if (attribute.type === 'dateTime') return inOrder(operator, instantOf(value) - instantOf(operand))
      return inOrder(operator, compareText(keyOf(attribute, value), keyOf(attribute, operand)))
  }
}

/** NaN, which is what an unreadable dateTime gives, is in no order at all. */
function inOrder(operator: Operator, difference: number): boolean {
  switch (operator) {
    case 'eq':
      return difference === 0
    case 'gt':
      return difference > 0
    case 'ge':
      return difference >= 0
    case 'lt':
      return difference < 0
    case 'le':
      return difference <= 0
    default:
      return false
  }
}

/** RFC 7644 table 3: not empty; of a complex value, any of its sub-attributes. */
function isPresent(value: Value): boolean {
  if (isComplex(value)) return Object.values(value).some(isPresent)
  return Array.isArray(value) ? value.some(isPresent) : value !== null && value !== ''
}

function listOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
