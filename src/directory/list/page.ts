/** Pages of a list by index or by cursor (RFC 7644 section 3.4.2.4, RFC 9865), whatever is listed. */
import type { Scope } from '../../platform.ts'
import type { ListQuery } from '../../scim/query.ts'
import { type CursorPlace, openCursor, sealCursor } from './cursor.ts'
import type { Place } from './order.ts'

/** Some rows of a list, in order. */
export type Page<Row> = {
  readonly rows: readonly Row[]
  /** How many match in all; a page by cursor does not count them. */
  readonly total?: number
  readonly previousCursor?: string
  readonly nextCursor?: string
}

/** A row with what the list is sorted by. */
export type Keyed = { readonly id: string; readonly sort_key?: string | number | null }

export type List<Row> = {
  /** A cursor of one list opens no other. */
  readonly name: string
  /** Rows behind `from`, or before it and in contrary order. */
  read(part: {
    readonly from: Place | undefined
    readonly backwards: boolean
    readonly limit: number
    readonly offset: number
  }): Promise<Row[]>
  count(): Promise<number>
}

/** Throws invalidCursor, expiredCursor and invalidCount. */
export function pageOf<Row extends Keyed>(scope: Scope, query: ListQuery, list: List<Row>): Promise<Page<Row>> {
  return query.paging.kind === 'cursor'
    ? pageByCursor(scope, query, query.paging.cursor, list)
    : pageByIndex(query.paging.startIndex - 1, query.count, list)
}

/** What was not reached tells how many there are; only a full page makes it necessary to count. */
async function pageByIndex<Row>(offset: number, count: number, list: List<Row>): Promise<Page<Row>> {
  const rows = count === 0 ? [] : await list.read({ from: undefined, backwards: false, limit: count, offset })
  const isEnd = rows.length < count && (rows.length > 0 || offset === 0)
  return { rows, total: isEnd ? offset + rows.length : await list.count() }
}

async function pageByCursor<Row extends Keyed>(
  scope: Scope,
  query: ListQuery,
  cursor: string,
  list: List<Row>,
): Promise<Page<Row>> {
  const opened = cursor === '' ? undefined : await openCursor(scope, list.name, query, cursor)
  // A count of 0 asks how many there are.
  if (query.count === 0) return { rows: [], total: await list.count() }
  const from = opened?.id === START.id ? undefined : opened
  const backwards = from?.backwards ?? false
  const found = await list.read({ from, backwards, limit: query.count + 1, offset: 0 })
  const hasMore = found.length > query.count
  const kept = found.slice(0, query.count)
  const rows = backwards ? kept.toReversed() : kept
  const [first, last] = [rows[0], rows.at(-1)]
  const sealPlace = (place: CursorPlace) => sealCursor(scope, list.name, query, place)
  const seal = (row: Row, direction: boolean) => sealPlace(placeOf(row, direction))
  // All that stood before has gone meanwhile: what is left begins here.
  if (!first && backwards) return { rows, nextCursor: await sealPlace(START) }
  // Behind a page that was come to backwards there is the one that was come from.
  return {
    rows,
    ...(first && from && (!backwards || hasMore) ? { previousCursor: await seal(first, true) } : {}),
    ...(last && (backwards || hasMore) ? { nextCursor: await seal(last, false) } : {}),
  }
}

/** Before the first of a list: no resource has this id. */
const START: CursorPlace = { id: '', key: null, backwards: false }

function placeOf(row: Keyed, backwards: boolean): CursorPlace {
  return { id: row.id, key: row.sort_key ?? null, backwards }
}
