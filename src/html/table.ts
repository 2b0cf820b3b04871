import { html } from 'hono/html'
import { attr, type Content, describedBy, hidden, type Html, linkButton, notesOf } from '../html.ts'

/** How a list is being looked at; it stands in the query, so that a list can be linked to and reloaded. */
export type ListState = {
  readonly path: string
  readonly q: string
  readonly sort: string
  readonly descending: boolean
  /** Starting at 1. */
  readonly page: number
  /** Further parameters of the list, such as a state to filter by. */
  readonly filters?: Readonly<Record<string, string>>
}

export const PAGE_SIZE = 25

/** The list's address with something changed; what is as it is by default is left out. */
export function listHref(state: ListState, change: Partial<ListState> = {}): string {
  const { path, q, sort, descending, page, filters } = { ...state, ...change }
  const query = new URLSearchParams()
  if (q !== '') query.set('q', q)
  for (const [name, value] of Object.entries(filters ?? {})) if (value !== '') query.set(name, value)
  if (sort !== '') query.set('sort', sort)
  if (descending) query.set('order', 'descending')
  if (page > 1) query.set('page', String(page))
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

export type Column<Row> = {
  readonly label: string
  readonly cell: (row: Row) => Content
  /** The name by which the list sorts, if it can sort by this column. */
  readonly sort?: string
  readonly number?: boolean
  /** Holds buttons; the label is for screen readers only. */
  readonly acts?: boolean
}

/** A table that becomes a list of stacked rows in a narrow window. The first column names the row. */
export function table<Row>(options: {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly state?: ListState
}): Html {
  return html`<div class="table">
    <table class="stacks">
      <caption class="unseen">
        ${options.caption}
      </caption>
      <thead>
        <tr>
          ${options.columns.map((column) => heading(column, options.state))}
        </tr>
      </thead>
      <tbody>
        ${options.rows.map(
          (row) =>
            html`<tr>
              ${options.columns.map((column) => cellOf(column, row))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function cellOf<Row>(column: Column<Row>, row: Row): Html {
  const content = column.cell(row)
  const isVoid = content === '' || content === undefined || content === null || content === false
  const classes = [column.number ? 'number' : '', column.acts ? 'acts' : '', isVoid ? 'void' : '']
    .filter((name) => name !== '')
    .join(' ')
  return html`<td data-label="${column.label}" ${attr('class', classes || undefined)}>${content}</td>`
}

function heading<Row>(column: Column<Row>, state: ListState | undefined): Html {
  const look = attr('class', column.number ? 'number' : undefined)
  if (column.acts) return html`<th scope="col"><span class="unseen">${column.label}</span></th>`
  if (!column.sort || !state) return html`<th scope="col" ${look}>${column.label}</th>`
  const isSorted = state.sort === column.sort
  const href = listHref(state, { sort: column.sort, descending: isSorted && !state.descending, page: 1 })
  const order = isSorted ? (state.descending ? 'descending' : 'ascending') : undefined
  const arrow = isSorted ? html` <span aria-hidden="true">${state.descending ? '↓' : '↑'}</span>` : ''
  return html`<th scope="col" ${look}${attr('aria-sort', order)}><a href="${href}">${column.label}${arrow}</a></th>`
}

/** How many there are, which of them are shown, and the ways on. */
export function pager(state: ListState, total: number, noun: { readonly one: string; readonly many: string }): Html {
  const from = (state.page - 1) * PAGE_SIZE + 1
  const to = Math.min(state.page * PAGE_SIZE, total)
  const words = `${total.toLocaleString('en')} ${total === 1 ? noun.one : noun.many}`
  const range = total > PAGE_SIZE ? `${from.toLocaleString('en')}–${to.toLocaleString('en')} of ${words}` : words
  const previous = linkButton({ label: 'Previous', href: listHref(state, { page: state.page - 1 }) })
  const next = linkButton({ label: 'Next', href: listHref(state, { page: state.page + 1 }) })
  return html`<nav class="pager" aria-label="Pages">
    <span>${range}</span>
    <span class="buttons">${state.page > 1 ? previous : ''}${to < total ? next : ''}</span>
  </nav>`
}

/**
 * The search box of a list: a form that only reads, so that the result has an address of its own. What was typed stays,
 * with what is wrong with it beside it.
 */
export function searchBox(
  state: ListState,
  label: string,
  notes: { readonly help?: Content; readonly fault?: string | undefined } = {},
): Html {
  const control = { name: 'q', label, help: notes.help, error: notes.fault }
  return html`<form
    class="search${notes.help ? ' wide' : ''}${notes.fault ? ' wrong' : ''}"
    role="search"
    method="get"
    action="${state.path}"
  >
    <label class="unseen" for="search">${label}</label>
    <input
      type="search"
      id="search"
      name="q"
      value="${state.q}"
      placeholder="${label}"
      ${describedBy(control)}${attr('autofocus', notes.fault !== undefined)}
    />
    ${Object.entries({ ...state.filters, sort: state.sort, order: state.descending ? 'descending' : '' })
      .filter(([, value]) => value !== '')
      .map(([name, value]) => hidden(name, value))}
    <button type="submit" class="button">Search</button>
    ${notesOf(control)}
  </form>`
}
