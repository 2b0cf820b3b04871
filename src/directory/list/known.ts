/** Which resources an index knows for a filter, so that a list of everything need not be gone through. */
import { join, type Sql, sql } from '../../db/sql.ts'
import { keyOf } from '../../scim/compared.ts'
import type { Filter } from '../../scim/filter.ts'
import { type Attribute, comparedAttribute, namedInValue } from '../../scim/schema.ts'
import type { Lookup, PartLookup } from './columns.ts'
import { compareText } from './compare.ts'
import type { Place } from './place.ts'

/** Ids among which are those of all resources that match. */
export type Known = {
  readonly ids: Sql
  /** And of no others. */
  readonly isExact: boolean
  /** One value picks them. */
  readonly isNarrow: boolean
  /** How often something other than an index has to be gone through. */
  readonly passes: number
}

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
      const parts = filter.filters.flatMap((one) => knownIds(one, placeOf) ?? [])
      const best = parts.find(({ isNarrow }) => isNarrow) ?? parts[0]
      return best && { ...best, isExact: false }
    }
    case 'or': {
      const parts = filter.filters.flatMap((one) => knownIds(one, placeOf) ?? [])
      if (parts.length < filter.filters.length) return undefined
      const ids = parts.map((part) => sql`select * from (${part.ids})`)
      return {
        ids: join(ids, ' union all '),
        isExact: parts.every((part) => part.isExact),
        isNarrow: parts.every((part) => part.isNarrow),
        passes: parts.reduce((sum, part) => sum + part.passes, 0),
      }
    }
    default:
      return undefined
  }
}

type Comparison = Extract<Filter, { kind: 'comparison' }>

function ofComparison(place: Place, comparison: Comparison): Known | undefined {
  if (place.kind === 'column') return place.column.lookup && looked(place.column.lookup, place.attribute, comparison)
  if (place.kind !== 'rows') return undefined
  const { attribute, part } = place
  const compared = part === undefined ? comparedAttribute(attribute) : attribute
  const lookup = lookupOf(place, part ?? compared?.name)
  return compared && lookup ? looked(lookup, compared, comparison) : undefined
}

function lookupOf({ rows }: Extract<Place, { kind: 'rows' }>, part = ''): PartLookup | undefined {
  return [rows.lookup, rows.otherLookup].find((one) => one?.part === part.toLowerCase())
}

/** `type eq "work" and value eq "x"` demands a value that an index knows. */
function ofValuePath(place: Place, filter: Filter): Known | undefined {
  if (place.kind !== 'rows') return undefined
  for (const term of filter.kind === 'and' ? filter.filters : [filter]) {
    if (term.kind !== 'comparison') continue
    const sub = namedInValue(place.attribute, term.path)
    const lookup = sub && lookupOf(place, sub.name)
    const known = lookup && looked(lookup, sub, term)
    if (known) return { ...known, isExact: false }
  }
  return undefined
}

function looked(
  { column, idsWhere, isSmall = false }: Lookup & Pick<PartLookup, 'isSmall'>,
  attribute: Attribute,
  { operator, value }: Comparison,
): Known | undefined {
  const isServed = isSmall ? operator !== 'ne' : operator === 'eq' || operator === 'sw'
  if (!isServed || typeof value !== 'string') return undefined
  const ids = idsWhere(compareText(column, operator, keyOf(attribute, value)))
  return { ids, isExact: true, isNarrow: operator === 'eq' && !isSmall, passes: isSmall ? 1 : 0 }
}
