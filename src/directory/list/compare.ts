/** One comparison of a filter as SQL, on a value in the form in which it is compared (scim/compared.ts). */
import { unreachable } from '../../core/errors.ts'
import { type Sql, sql } from '../../db/sql.ts'
import { instantOf, keyOf } from '../../scim/compared.ts'
import type { FilterValue, Operator } from '../../scim/filter.ts'
import type { Attribute } from '../../scim/schema.ts'
import type { Column } from './columns.ts'

export function compareColumn(column: Column, attribute: Attribute, operator: Operator, value: FilterValue): Sql {
  switch (column.kind) {
    case 'flag':
      return sql`${column.value} = ${value === true ? 1 : 0}`
    case 'time':
      return inOrder(column.value, operator, instantOf(String(value)))
    case 'key':
    case 'text':
      return compareText(column.value, operator, keyOf(attribute, String(value)))
    default:
      return unreachable(column.kind)
  }
}

/** A scalar in JSON: SQLite gives booleans as 1 and 0. */
export function compareJson(attribute: Attribute, value: Sql, operator: Operator, operand: FilterValue): Sql {
  switch (attribute.type) {
    case 'boolean':
      return sql`${value} = ${operand === true ? 1 : 0}`
    case 'integer':
    case 'decimal':
      return inOrder(value, operator, Number(operand))
    case 'dateTime':
      return inOrder(value, operator, instantOf(String(operand)))
    default:
      return compareText(value, operator, keyOf(attribute, String(operand)))
  }
}

export function compareText(value: Sql, operator: Operator, operand: string): Sql {
  switch (operator) {
    case 'co':
      return sql`instr(${value}, ${operand}) > 0`
    case 'sw': {
      const end = endOfPrefix(operand)
      const exact = sql`substr(${value}, 1, ${[...operand].length}) = ${operand}`
      // A range, so that an index serves it.
      return end === undefined ? exact : sql`(${value} >= ${operand} and ${value} < ${end})`
    }
    case 'ew':
      return operand === '' ? sql`${value} is not null` : sql`substr(${value}, ${-[...operand].length}) = ${operand}`
    default:
      return inOrder(value, operator, operand)
  }
}

/** The first text behind all that begin with this one, undefined if there is none. */
function endOfPrefix(prefix: string): string | undefined {
  const points = [...prefix]
  const last = points.pop()?.codePointAt(0)
  if (last === undefined || last >= 0x10ffff) return undefined
  // Surrogates are no text.
  return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
}

function inOrder(value: Sql, operator: Operator, operand: string | number): Sql {
  switch (operator) {
    case 'gt':
      return sql`${value} > ${operand}`
    case 'ge':
      return sql`${value} >= ${operand}`
    case 'lt':
      return sql`${value} < ${operand}`
    case 'le':
      return sql`${value} <= ${operand}`
    default:
      return sql`${value} = ${operand}`
  }
}
