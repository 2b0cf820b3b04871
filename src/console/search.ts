import { ScimError } from '../core/errors.ts'
import type { Sql } from '../db/sql.ts'
import { readFilter } from '../directory/list/queries.ts'
import type { Source } from '../directory/list/columns.ts'
import { type Condition, conditionOf, EVERYTHING, NOTHING } from '../directory/list/where.ts'
import { type ListState, PAGE_SIZE } from '../html/table.ts'
import type { ListQuery } from '../scim/query.ts'

export type Search = {
  readonly condition: Condition
  /** What was typed was read as a SCIM filter. */
  readonly isFilter: boolean
  /** What is wrong with it as a filter, where it cannot be meant as plain text. */
  readonly fault?: string
}

/** A word after a blank that a filter has in it. */
const OPERATOR = /\s(?:eq|ne|co|sw|ew|gt|ge|lt|le)(?:\s|$)|\spr\b/i
/** What names have not; but they have some of the operators, as in Marie Le Pen. */
const ONLY_IN_FILTERS = /["()[\].:\d]|\s(?:eq|sw|ew|gt|lt)(?:\s|$)|\spr\b|\s(?:true|false)\b/i

/** What a search box looks for: a SCIM filter if it is one, otherwise `plain`, the search for a part of a name. */
export function searchFor(source: Source, text: string, plain: (text: string) => Sql): Search {
  if (text === '') return { condition: { where: EVERYTHING }, isFilter: false }
  if (!OPERATOR.test(text)) return { condition: { where: plain(text) }, isFilter: false }
  try {
    return { condition: conditionOf(source, readFilter([source.type], text)), isFilter: true }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    if (!ONLY_IN_FILTERS.test(text)) return { condition: { where: plain(text) }, isFilter: false }
    return { condition: { where: NOTHING }, isFilter: true, fault: error.message }
  }
}

/** A list of the console as SCIM asks for it; `paths` are what its columns sort by. */
export function listQueryOf(state: ListState, paths: Readonly<Record<string, string>>): ListQuery {
  return {
    filter: undefined,
    projection: {},
    sortBy: paths[state.sort],
    descending: state.descending,
    count: PAGE_SIZE,
    paging: { kind: 'index', startIndex: (state.page - 1) * PAGE_SIZE + 1 },
  }
}
