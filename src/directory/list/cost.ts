/** What a filter costs for each resource that is held against it. SQLite cannot be interrupted: too much is not begun. */
import { ScimError } from '../../core/errors.ts'
import type { Filter } from '../../scim/filter.ts'
import { knownIds } from './known.ts'
import type { Place } from './place.ts'

/** Some seconds for a hundred thousand resources. */
const MOST = 200
/** One value of its own; some in JSON; some in rows of other tables, which may have to be found through groups in groups. */
const COSTS = { value: 1, values: 4, rows: 16 }

/** Throws tooMany (RFC 7644 section 3.12) for a filter that no index narrows and that asks too much of each resource. */
export function demandAffordable(filter: Filter, placeOf: (path: string) => Place | undefined): void {
  const known = knownIds(filter, placeOf)
  const cost = known?.isExact ? known.passes * COSTS.rows : costOf(filter, placeOf)
  if (cost <= MOST) return
  throw new ScimError(
    'tooMany',
    'The filter asks too much of every resource: narrow it by one of the indexed attributes.',
  )
}

function costOf(filter: Filter, placeOf: (path: string) => Place | undefined): number {
  switch (filter.kind) {
    case 'and':
      if (filter.filters.some((one) => isNarrow(one, placeOf))) return 0
      return sum(filter.filters.map((one) => costOf(one, placeOf)))
    case 'or':
      return sum(filter.filters.map((one) => costOf(one, placeOf)))
    case 'not':
      return costOf(filter.filter, placeOf)
    case 'valuePath':
      return costAt(placeOf(filter.path)) + sum(termsOf(filter.filter).map(() => COSTS.value))
    default:
      return costAt(placeOf(filter.path))
  }
}

/** An index finds few for it. */
function isNarrow(filter: Filter, placeOf: (path: string) => Place | undefined): boolean {
  return knownIds(filter, placeOf)?.isNarrow ?? false
}

function costAt(place: Place | undefined): number {
  if (place?.kind !== 'rows') return COSTS.value
  return Object.keys(place.rows.parts).length === 0 ? COSTS.values : COSTS.rows
}

function termsOf(filter: Filter): readonly Filter[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.flatMap(termsOf)
  return filter.kind === 'not' ? termsOf(filter.filter) : [filter]
}

function sum(costs: readonly number[]): number {
  return costs.reduce((total, one) => total + one, 0)
}
