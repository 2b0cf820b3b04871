/** The search box over a list of SCIM resources, and what stands in place of its rows where there are none. */
import { html } from 'hono/html'
import { type Content, type Html, linkButton } from '../html.ts'
import { emptyState, panel } from '../html/parts.ts'
import { listHref, type ListState, searchBox } from '../html/table.ts'
import type { Search } from './search.ts'

/** One page of a list, and how it was searched for. */
export type Found<Row> = {
  readonly state: ListState
  readonly search: Search
  readonly total: number
  readonly rows: readonly Row[]
}

type Words = {
  readonly one: string
  readonly many: string
  /** What plain text is looked for in. */
  readonly parts: string
  /** A filter that somebody could want. */
  readonly example: string
}

export function filterBox({ state, search }: Found<unknown>, words: Words): Html {
  const example = html`<a href="${listHref({ ...state, q: words.example, page: 1 })}"><code>${words.example}</code></a>`
  const box = searchBox(state, `Search by ${words.parts} or by filter`, {
    help: html`A part of a ${words.parts}, or a SCIM filter such as ${example}`,
    fault: search.fault,
  })
  return html`<div class="bar">${box}</div>`
}

/** Why there are no rows, and what to do about it; `none` is shown where nothing was looked for and nothing is there. */
export function noRows({ state, search, total }: Found<unknown>, words: Words, none: Content): Html {
  const all = linkButton({ label: `Show all ${words.many}`, href: state.path })
  if (search.fault !== undefined) {
    return panel({}, emptyState('This filter cannot be read', 'Mend it above; nothing is searched for with it.', all))
  }
  if (total > 0) {
    const first = listHref(state, { page: 1 })
    return panel({}, emptyState('Nothing on this page', html`<a href="${first}">Go to the first page.</a>`))
  }
  if (state.q === '') return panel({}, none)
  const why = search.isFilter
    ? html`No ${words.one} matches this filter.`
    : html`No ${words.parts} contains “${state.q}”.`
  return panel({}, emptyState(`No ${words.one} was found`, why, all))
}
