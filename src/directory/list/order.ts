/** The order of a list as SQL (RFC 7644 section 3.4.2.3), and the place in it that a cursor stands for. Pure. */
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import { findSortPath } from '../../scim/query.ts'
import type { FoundPath } from '../../scim/schema.ts'
import { within } from './place.ts'
import { jsonPath, type Source } from './columns.ts'

export type Order = {
  /** What is sorted by, undefined for the order of ids, which is that of coming. */
  readonly key: Sql | undefined
  readonly isThere: boolean
  readonly descending: boolean
}

/** Where a page ends: the key and id of its last (or first) resource. */
export type Place = { readonly key: string | number | null; readonly id: string }

const EVERYTHING = sql`1`
const NO_KEY = { key: undefined, isThere: true }

/** Throws invalidValue for what has no order. What the type has no attribute for is the same for all of it. */
export function orderOf(source: Source, sortBy: string | undefined, descending: boolean): Order {
  const found = sortBy === undefined ? undefined : findSortPath(source.type, sortBy)
  if (!found) return { ...NO_KEY, descending: sortBy === undefined ? false : descending }
  const column = columnOf(source, found)
  if (column) return { key: column.value, isThere: column.isThere ?? false, descending }
  return { key: keyOf(source, found), isThere: false, descending }
}

/** What is missing comes last, or first if it is descending; what is equal in the order of ids. */
export function orderBy({ key, isThere, descending }: Order, backwards = false): Sql {
  const direction = verbatim(descending === backwards ? 'asc' : 'desc')
  if (!key) return sql`r.id ${direction}`
  const missing = isThere ? sql`` : verbatim(descending === backwards ? ' nulls last' : ' nulls first')
  return sql`sort_key ${direction}${missing}, r.id ${direction}`
}

/**
 * What comes behind a place, or before it, or all: one stretch after the other, each of which an index serves. What has
 * no key is one of its own.
 */
export function stretches({ key, isThere, descending }: Order, place: Place | undefined, backwards: boolean): Sql[] {
  const isAscending = descending === backwards
  const next = verbatim(isAscending ? '>' : '<')
  if (!key) return [place ? sql`r.id ${next} ${place.id}` : EVERYTHING]
  if (isThere) return [place ? sql`(${key}, r.id) ${next} (${place.key}, ${place.id})` : EVERYTHING]
  const [keyed, others] = [sql`${key} is not null`, sql`${key} is null`]
  if (!place) return isAscending ? [keyed, others] : [others, keyed]
  if (place.key === null) {
    const rest = sql`(${others} and r.id ${next} ${place.id})`
    return isAscending ? [rest] : [rest, keyed]
  }
  const rest = sql`(${key}, r.id) ${next} (${place.key}, ${place.id})`
  return isAscending ? [rest, others] : [rest]
}

function columnOf({ columns }: Source, { container, attribute, subAttribute }: FoundPath) {
  if (container !== undefined) return undefined
  const path = [attribute.name, ...(subAttribute ? [subAttribute.name] : [])].join('.').toLowerCase()
  return Object.hasOwn(columns, path) ? columns[path] : undefined
}

/** Of a multi-valued attribute the primary value, otherwise the first. */
function keyOf(source: Source, { container, attribute, subAttribute }: FoundPath): Sql | undefined {
  const names = [...(container === undefined ? [] : [container]), attribute.name]
  const rows = container === undefined ? source.rows[attribute.name.toLowerCase()] : undefined
  if (rows) {
    const part = rows.parts[subAttribute?.name.toLowerCase() ?? '']
    return part && sql`(select ${part.value} ${rows.from} order by 1 limit 1)`
  }
  if (source.table === 'roles') return undefined
  if (!attribute.multiValued) {
    const path = subAttribute ? [...names, subAttribute.name] : names
    return sql`json_extract(r.compared, ${verbatim(jsonPath(path, subAttribute?.multiValued))})`
  }
  const value = subAttribute ? within(sql`v.value`, subAttribute.name, subAttribute.multiValued) : sql`v.value`
  const primaryFirst = attribute.subAttributes ? sql`json_extract(v.value, '$.primary') is 1 desc, ` : sql``
  return sql`(select ${value} from json_each(r.compared, ${verbatim(jsonPath(names))}) v
    order by ${primaryFirst}v.key limit 1)`
}
