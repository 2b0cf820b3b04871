import type { AppContext } from '../http.ts'
import { type ListState, PAGE_SIZE } from '../html/table.ts'

const LAST_PAGE = 1_000_000
/** Filters are longer than names. */
const LONGEST_SEARCH = 2000

/** How a list is asked for. What makes no sense in the address counts as not said: a list is never an error. */
export function listStateOf(c: AppContext, sorts: readonly string[], filters: readonly string[] = []): ListState {
  const query = c.req.query()
  const page = /^[1-9]\d{0,6}$/.test(query.page ?? '') ? Math.min(Number(query.page), LAST_PAGE) : 1
  return {
    path: c.req.path,
    q: (query.q ?? '').trim().slice(0, LONGEST_SEARCH),
    sort: sorts.find((sort) => sort === query.sort) ?? '',
    descending: query.order === 'descending',
    page,
    filters: Object.fromEntries(filters.map((name) => [name, query[name] ?? ''])),
  }
}

/** The rows that a page of a list shows. */
export function pageOf(state: ListState): { readonly offset: number; readonly limit: number } {
  return { offset: (state.page - 1) * PAGE_SIZE, limit: PAGE_SIZE }
}
