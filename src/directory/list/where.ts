/** A SCIM filter as an SQL condition with bound values (RFC 7644 section 3.4.2.2); scim/matches.ts says the same in JavaScript. */
import { unreachable } from '../../core/errors.ts'
import { join, type Sql, sql, verbatim } from '../../db/sql.ts'
import type { Filter, Operator } from '../../scim/filter.ts'
import { comparedAttribute, namedIn, namedInValue } from '../../scim/schema.ts'
import { compareColumn, compareJson } from './compare.ts'
import { demandAffordable } from './cost.ts'
import { knownIds } from './known.ts'
import { partOf, type Place, placeOf, within } from './place.ts'
import { jsonPath, type Source } from './columns.ts'

type Comparison = Extract<Filter, { kind: 'comparison' }>
type Leaf = Extract<Filter, { kind: 'comparison' | 'present' | 'valuePath' }>

/** How the paths of a filter are looked up: of the resource, or within one of its values. */
type Lookup = (path: string) => Place | undefined

export const NOTHING = sql`0`
export const EVERYTHING = sql`1`

/** What a list is about: a condition on its row `r`. */
export type Condition = {
  readonly where: Sql
  /** The same as a stretch of an index, in whose order the resources can be read one after the other. */
  readonly stretch?: { readonly key: Sql; readonly where: Sql; readonly isUnique: boolean }
}

/** The condition of a filter, if there is one. Throws tooMany. */
export function conditionOf(source: Source, filter: Filter | undefined): Condition {
  if (!filter) return { where: EVERYTHING }
  // Of roles there are few.
  if (source.table !== 'roles') demandAffordable(filter, (path) => placeOf(source, path))
  const stretch = stretchOf(source, filter)
  return { where: whereOf(source, filter), ...(stretch ? { stretch } : {}) }
}

const STRETCHES: readonly Operator[] = ['eq', 'sw', 'gt', 'ge', 'lt', 'le']

function stretchOf(source: Source, filter: Filter): Condition['stretch'] {
  if (filter.kind !== 'comparison' || filter.value === null || !STRETCHES.includes(filter.operator)) return undefined
  const place = placeOf(source, filter.path)
  if (place?.kind !== 'column' || !place.column.isOrdered) return undefined
  const { column, attribute } = place
  return {
    key: column.value,
    where: compareColumn(column, attribute, filter.operator, filter.value),
    isUnique: filter.operator === 'eq' && (column.isUnique ?? false),
  }
}

/** The condition on the row `r` of a checked filter. What the type has no attribute for has no value. */
function whereOf(source: Source, filter: Filter): Sql {
  const lookup: Lookup = (path) => placeOf(source, path)
  const holds = condition(filter, false, lookup)
  // A leaf that an index serves is asked by that index; an `or` of them would be asked of everything.
  const known = isServed(filter, lookup) ? undefined : knownIds(filter, lookup)
  if (!known) return holds
  return known.isExact ? sql`r.id in (${known.ids})` : sql`(r.id in (${known.ids}) and ${holds})`
}

/** Whether it is a leaf, or an `and` with one that an index serves. */
function isServed(filter: Filter, lookup: Lookup): boolean {
  if (filter.kind === 'and') return filter.filters.some((one) => isServed(one, lookup) && knownIds(one, lookup))
  return filter.kind !== 'or'
}

/**
 * With the `not`s down at the leaves, and the deepest term first: SQLite's parser keeps a place for whatever stands
 * before an opening bracket, and has a hundred.
 */
function condition(filter: Filter, isNegated: boolean, lookup: Lookup): Sql {
  switch (filter.kind) {
    case 'not':
      return condition(filter.filter, !isNegated, lookup)
    case 'and':
    case 'or': {
      const terms = filter.filters.toSorted((one, other) => depthOf(other) - depthOf(one))
      const isAnd = (filter.kind === 'and') !== isNegated
      return sql`(${join(
        terms.map((one) => condition(one, isNegated, lookup)),
        isAnd ? ' and ' : ' or ',
      )})`
    }
    default: {
      const leaf = leafCondition(filter, lookup)
      // A comparison with what is unassigned is false, not unknown: its contrary is true.
      return isNegated ? sql`not coalesce(${leaf}, 0)` : leaf
    }
  }
}

function depthOf(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return 1 + Math.max(...filter.filters.map(depthOf))
    case 'not':
    case 'valuePath':
      return 1 + depthOf(filter.filter)
    default:
      return 0
  }
}

function leafCondition(filter: Leaf, lookup: Lookup): Sql {
  const known = knownIds(filter, lookup)
  if (known?.isExact) return sql`r.id in (${known.ids})`
  const holds = leafHolds(filter, lookup)
  return known ? sql`(r.id in (${known.ids}) and ${holds})` : holds
}

function leafHolds(filter: Leaf, lookup: Lookup): Sql {
  switch (filter.kind) {
    case 'present': {
      const place = lookup(filter.path)
      return place ? isPresent(place) : NOTHING
    }
    case 'comparison':
      return comparison(filter, lookup)
    case 'valuePath': {
      const place = lookup(filter.path)
      return place ? valuePath(place, filter.filter) : NOTHING
    }
    default:
      return unreachable(filter)
  }
}

/** `ne` is the contrary of `eq`, and `eq null` that of `pr`. */
function comparison(filter: Comparison, lookup: Lookup): Sql {
  const { operator, value } = filter
  const place = lookup(filter.path)
  if (operator === 'ne') {
    return sql`not coalesce(${comparison({ ...filter, operator: 'eq' }, lookup)}, 0)`
  }
  if (value === null) return place ? sql`not ${isPresent(place)}` : EVERYTHING
  return place ? someValue(place, operator, value) : NOTHING
}

/** Whether any value at the place compares so; of a complex one its `value` does. */
function someValue(place: Place, operator: Operator, value: string | number | boolean): Sql {
  if (place.kind === 'rows') return someRow(place, operator, value)
  if (place.kind === 'json' && place.attribute.multiValued) {
    return sql`exists (select 1 from json_each(${place.value}) w where ${compareJson(place.attribute, sql`w.value`, operator, value)})`
  }
  if (place.kind === 'column') return compareColumn(place.column, place.attribute, operator, value)
  const compared = comparedAttribute(place.attribute)
  if (!compared) return NOTHING
  if (place.kind === 'columns') {
    const column = place.parts[compared.name.toLowerCase()]
    return column ? compareColumn(column, compared, operator, value) : NOTHING
  }
  if (compared === place.attribute) {
    return compareJson(place.attribute, place.value, operator, value)
  }
  return compareJson(compared, within(place.value, compared.name), operator, value)
}

function someRow(
  { attribute, rows, part }: Extract<Place, { kind: 'rows' }>,
  operator: Operator,
  value: string | number | boolean,
): Sql {
  const compared = part === undefined ? comparedAttribute(attribute) : attribute
  if (!compared) return NOTHING
  const isPlain = part === undefined && !attribute.subAttributes
  const name = isPlain ? undefined : (part ?? compared.name)
  const place = partOf(rows, compared, name)
  if (!place) return NOTHING
  if (compared.multiValued && part !== undefined) {
    const each = sql`json_each(v.value, ${verbatim(jsonPath([compared.name]))})`
    return sql`exists (select 1 ${rows.from} and exists (select 1 from ${each} w
      where ${compareJson(compared, sql`w.value`, operator, value)}))`
  }
  return sql`exists (select 1 ${rows.from} and ${someValue(place, operator, value)})`
}

/** Some value for which the filter between the brackets holds (section 3.5.2, figure 7). */
function valuePath(place: Place, filter: Filter): Sql {
  const { attribute } = place
  if (place.kind === 'column') return NOTHING
  if (place.kind === 'columns') {
    return condition(filter, false, (path) => {
      const inner = namedInValue(attribute, path)
      const column = inner && place.parts[inner.name.toLowerCase()]
      return column && { kind: 'column', attribute: inner, column }
    })
  }
  if (place.kind === 'json') {
    const holds = condition(filter, false, (path) => {
      const inner = namedInValue(attribute, path)
      if (!inner) return undefined
      return { kind: 'json', attribute: inner, value: within(place.value, inner.name) }
    })
    // A singular complex attribute: its one value, if it has one.
    return sql`(${place.value} is not null and ${holds})`
  }
  const inner = condition(filter, false, (path) => {
    const sub = namedInValue(attribute, path)
    if (!sub) return undefined
    if (sub.multiValued) return { kind: 'json', attribute: sub, value: within(sql`v.value`, sub.name) }
    return partOf(place.rows, sub, attribute.subAttributes ? sub.name : undefined)
  })
  return sql`exists (select 1 ${place.rows.from} and ${inner})`
}

/** The condition on a row of members, by the column that says who it is: one of those whom a filter in brackets picks. */
export function memberWhere(source: Source, name: string, filter: Filter, id: string, member: Sql): Sql {
  const rows = source.rows[name]
  const attribute = namedIn(source.type.schema.attributes, name)
  if (!rows || !attribute) throw new Error(`${source.type.id} has no ${name}`)
  const picked = condition(filter, false, (path) => {
    const sub = namedInValue(attribute, path)
    return sub && partOf(rows, sub, sub.name)
  })
  return sql`exists (select 1 from ${verbatim(source.table)} r where r.tenant_id = ${source.tenantId} and r.id = ${id}
    and exists (select 1 ${rows.from} and v.member_id = ${member} and ${picked}))`
}

/** Not null, and not empty; of a complex value, any part of it (RFC 7644 table 3). */
function isPresent(place: Place): Sql {
  switch (place.kind) {
    case 'column':
      return sql`coalesce(${place.column.value}, '') <> ''`
    case 'columns':
      return EVERYTHING
    case 'json': {
      if (place.attribute.subAttributes || place.attribute.multiValued) return hasContent(place.value)
      return sql`coalesce(${place.value}, '') <> ''`
    }
    case 'rows': {
      const { attribute, rows, part } = place
      if (Object.keys(rows.parts).length === 0) {
        const value = part === undefined ? sql`v.value` : within(sql`v.value`, part)
        const isDeep = attribute.subAttributes !== undefined || (part !== undefined && attribute.multiValued)
        return sql`exists (select 1 ${rows.from} and ${isDeep ? hasContent(value) : sql`coalesce(${value}, '') <> ''`})`
      }
      const column = part === undefined ? undefined : rows.parts[part]
      if (part !== undefined && !column) return NOTHING
      return sql`exists (select 1 ${rows.from} and ${column ? sql`coalesce(${column.value}, '') <> ''` : EVERYTHING})`
    }
    default:
      return unreachable(place)
  }
}

function hasContent(json: Sql): Sql {
  return sql`exists (select 1 from json_tree(${json}) t where t.atom is not null and t.atom <> '')`
}
