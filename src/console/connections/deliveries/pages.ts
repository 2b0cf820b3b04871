import { html } from 'hono/html'
import type { ConnectorRow } from '../../../connections/queries.ts'
import {
  attr,
  button,
  type Content,
  errorOf,
  errorSummary,
  field,
  hidden,
  type Html,
  linkButton,
  tokenField,
} from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { emptyState, panel } from '../../../html/parts.ts'
import { listHref, type ListState, table } from '../../../html/table.ts'
import { timeAgo } from '../../../html/time.ts'
import type { OpenState } from '../../../outbound/log/health/queries.ts'
import type { DeliveryView } from '../../../outbound/log/queries.ts'
import type { LogSettings } from '../../../outbound/log/settings.ts'
import { changeForm, mayChange } from '../../changes.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionCrumbs } from '../connection-pages.ts'
import { type LogSearch, toAddress } from './search.ts'
import { DELIVERY_STATES, deliveriesPath, isOpenState, OPERATIONS, OUTBOUND, stateBadge, STATES } from './states.ts'

type Named = { readonly id: string; readonly name: string }

export function deliveryTable(view: View, connection: Named, rows: readonly DeliveryView[]): Html {
  const { now } = view.scope
  return table({
    caption: 'Deliveries',
    rows,
    columns: [
      {
        label: 'Resource',
        cell: (row) =>
          html`<a href="${deliveriesPath(view, connection)}/${row.id}">${row.resourceName}</a
            ><span class="sub">${OPERATIONS[row.operation]} ${row.resourceType.toLowerCase()}</span>`,
      },
      { label: 'State', cell: (row) => stateBadge(row.state) },
      { label: 'Connector', cell: (row) => row.connector },
      { label: 'Attempts', number: true, cell: (row) => row.attempts },
      { label: 'Last error', cell: (row) => shortError(row.lastError) },
      { label: 'Changed', cell: (row) => timeAgo(row.created, now) },
    ],
  })
}

/** Without the request that it begins with: the page behind the row has that too. */
function shortError(error: string | null): string | undefined {
  return error?.replace(/^[A-Z]+ \S+: /, '')
}

export type DeliveryList = {
  readonly connection: Named
  readonly connectors: readonly ConnectorRow[]
  readonly state: ListState
  readonly search: LogSearch
  readonly rows: readonly DeliveryView[]
  /** Whether there are older ones. */
  readonly isMore: boolean
  readonly open: Readonly<Record<OpenState, number>>
  readonly settings: LogSettings
}

export function deliveriesPage(view: View, list: DeliveryList, draft: Draft): Html {
  const { connection, rows, search } = list
  // An older page stays as it is; what is new comes on the first one.
  const isLive = search.after === undefined
  return consolePage(view, {
    section: 'connections',
    title: 'Provisioning log',
    crumbs: connectionCrumbs(view, connection, OUTBOUND),
    lead: `What goes out to ${connection.name}, the newest first.`,
    action: retryForm(view, list),
    body: html`${errorSummary(draft.errors)} ${stateFilter(list)} ${searchForm(list)}
      <section id="log" class="stack" ${attr('data-live', isLive && '3000')}>
        ${rows.length === 0 ? panel({}, noDeliveries(list)) : deliveryTable(view, connection, rows)}
        ${olderAndNewer(list)}
      </section>
      ${keepForm(view, list, draft)}`,
  })
}

/** For what waits for help, when the help came. */
function retryForm(view: View, { connection, open }: DeliveryList): Content {
  const path = `${deliveriesPath(view, connection)}/retry`
  if (open.blocked + open.dead === 0 || !mayChange(view, path)) return ''
  return html`<form method="post" action="${path}">
    ${tokenField(view.formToken)} ${button({ label: 'Retry what is blocked or dead' })}
  </form>`
}

/** How many there are of those that are open; the others are too many to count. */
function stateFilter({ state, open }: DeliveryList): Html {
  const now = state.filters?.state ?? ''
  const entry = (value: string, label: string, total?: number) =>
    html`<li>
      <a href="${hrefOf(state, { state: value })}" ${attr('aria-current', now === value && 'page')}
        >${label}${total === undefined ? '' : html` <span class="number">${total.toLocaleString('en')}</span>`}</a
      >
    </li>`
  return html`<nav aria-label="State">
    <ul class="filters">
      ${entry('', 'All')}
      ${DELIVERY_STATES.map((one) => entry(one, STATES[one].label, isOpenState(one) ? open[one] : undefined))}
    </ul>
  </nav>`
}

/** The list with something else searched for, from its beginning. */
function hrefOf(state: ListState, change: Readonly<Record<string, string>>): string {
  return listHref(state, { filters: { ...state.filters, after: '', ...change } })
}

/** A form that only reads, so that what it finds has an address of its own. */
function searchForm({ state, connectors, search }: DeliveryList): Html {
  const { filters = {} } = state
  const time = (name: 'from' | 'to', label: string) =>
    field({ name, label, type: 'datetime-local', value: filters[name], error: errorOf(search.errors, name) })
  const types = [
    { value: 'User', label: 'Users' },
    { value: 'Group', label: 'Groups' },
  ]
  const choices = connectors.map((one) => ({ value: one.id, label: one.name }))
  return html`<form class="bar log-search" role="search" method="get" action="${state.path}">
    ${filters.state ? hidden('state', filters.state) : ''}
    ${field({ name: 'resource', label: 'Resource', placeholder: 'Name or id', value: filters.resource, maxlength: 1000 })}
    ${select({ name: 'type', label: 'Type', empty: 'All', choices: types, value: filters.type })}
    ${choices.length > 1 ? select({ name: 'connector', label: 'Connector', empty: 'All', choices, value: filters.connector }) : ''}
    ${time('from', 'Changed from (UTC)')} ${time('to', 'Changed before (UTC)')} ${button({ label: 'Search' })}
  </form>`
}

function noDeliveries({ state, search }: DeliveryList): Html {
  const isSearched = Object.values(state.filters ?? {}).some((value) => value !== '')
  if (!isSearched) {
    return emptyState(
      'Nothing was provisioned yet',
      'Every change that goes out through this connection is listed here.',
    )
  }
  return emptyState(
    'Nothing here',
    search.errors.length > 0 ? 'A time is not one that can be searched for.' : 'No delivery is like that.',
    linkButton({ label: 'Show all deliveries', href: state.path }),
  )
}

function olderAndNewer({ state, search, rows, isMore }: DeliveryList): Content {
  const last = rows.at(-1)
  if (search.after === undefined && !isMore) return ''
  return html`<nav class="pager" aria-label="Pages">
    <span class="buttons">
      ${search.after ? linkButton({ label: 'Newest', href: hrefOf(state, {}) }) : ''}
      ${isMore && last ? linkButton({ label: 'Older', href: hrefOf(state, { after: toAddress(last) }) }) : ''}
    </span>
  </nav>`
}

function keepForm(view: View, { connection, settings }: DeliveryList, { values, errors }: Draft): Html {
  return panel(
    {
      title: 'How long the log is kept',
      lead: 'For every connection of this tenant. What waits to be delivered stays, however old it is.',
    },
    changeForm(
      view,
      deliveriesPath(view, connection),
      field({
        name: 'keepDays',
        label: 'Days',
        help: 'From 1 to 3,650. What was delivered, and what was given up, goes after that with its requests.',
        value: valueOf(values, 'keepDays') ?? String(settings.keepDays),
        error: errorOf(errors, 'keepDays'),
        required: true,
        inputmode: 'numeric',
        autocomplete: 'off',
      }),
    ),
  )
}
