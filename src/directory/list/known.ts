/** Which resources an index knows for a filter, so that a list of everything need not be gone through. */
import { join, type Sql, sql } from '../../db/sql.ts'
import { keyOf } from '../../scim/compared.ts'
import type { Filter } from '../../scim/filter.ts'
import { type Attribute, comparedAttribute, namedInValue } from '../../scim/schema.ts'
import type { Lookup } from './columns.ts'
import { compareText } from './compare.ts'
import type { Place } from './place.ts'

/** Ids among which are those of all resources that match; if it is exact, of no others. */
export type Known = { readonly ids: Sql; readonly isExact: boolean }

/** Undefined if no index serves the filter. */
export function knownIds(filter: Filter, placeOf: (path: string) => Place | undefined): Known | undefined {
  switch (filter.kind) {
    case 'comparison': {
      const place = placeOf(filter.path)
      return place && ofComparison(place, filter)
    }
    case 'valuePath': {
      const place = placeOf(filter.path)
      return place && ofValuePath(place, filter.filter)
    }
    case 'and': {
      const [first] = filter.filters.flatMap((one) => knownIds(one, placeOf) ?? [])
      return first && { ids: first.ids, isExact: false }
    }
    case 'or': {
      const parts = filter.filters.flatMap((one) => knownIds(one, placeOf) ?? [])
      if (parts.length < filter.filters.length) return undefined
      const ids = parts.map((part) => sql`select * from (${part.ids})`)
      return { ids: join(ids, ' union all '), isExact: parts.every((part) => part.isExact) }
    }
    default:
      return undefined
  }
}

type Comparison = Extract<Filter, { kind: 'comparison' }>

function ofComparison(place: Place, comparison: Comparison): Known | undefined {
  if (place.kind === 'column') return place.column.lookup && looked(place.column.lookup, place.attribute, comparison)
  if (place.kind !== 'rows' || !place.rows.lookup) return undefined
  const { attribute, part } = place
  const { lookup } = place.rows
  const compared = part === undefined ? comparedAttribute(attribute) : attribute
  const name = part ?? compared?.name.toLowerCase()
  return compared && name === lookup.part ? looked(lookup, compared, comparison) : undefined
}

/** `type eq "work" and value eq "x"` demands a value that an index knows. */
function ofValuePath(place: Place, filter: Filter): Known | undefined {
  if (place.kind !== 'rows' || !place.rows.lookup) return undefined
  const { lookup } = place.rows
  for (const term of filter.kind === 'and' ? filter.filters : [filter]) {
    const sub = term.kind === 'comparison' ? namedInValue(place.attribute, term.path) : undefined
    const known = sub?.name.toLowerCase() === lookup.part && looked(lookup, sub, term as Comparison)
    if (known) return { ...known, isExact: false }
  }
  return undefined
}

function looked(
  { column, idsWhere }: Lookup,
  attribute: Attribute,
  { operator, value }: Comparison,
): Known | undefined {
  if ((operator !== 'eq' && operator !== 'sw') || typeof value !== 'string') return undefined
  return { ids: idsWhere(compareText(column, operator, keyOf(attribute, value))), isExact: true }
}
