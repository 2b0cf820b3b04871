import { html } from 'hono/html'
import type { DeliveryState } from '../../../db/schema.ts'
import { attr, button, type Content, errorSummary, type Html, linkButton, tokenField } from '../../../html.ts'
import { badge, emptyState, facts, panel, type Tone } from '../../../html/parts.ts'
import { listHref, type ListState, pager, table } from '../../../html/table.ts'
import { exactTime, timeAgo } from '../../../html/time.ts'
import type { DeliveryView, listAttempts } from '../../../outbound/queries.ts'
import { mayChange, mayOpen } from '../../changes.ts'
import type { Draft } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionCrumbs, connectionPath } from '../connection-pages.ts'

type Named = { readonly id: string; readonly name: string }
type Attempt = Awaited<ReturnType<typeof listAttempts>>[number]

/** What each state is called, and what it means. */
const STATES: Readonly<Record<DeliveryState, { label: string; tone: Tone; words: string }>> = {
  pending: { label: 'Pending', tone: 'note', words: 'It waits for its turn.' },
  retrying: {
    label: 'Retrying',
    tone: 'wait',
    words: 'The target could not be reached, or was not ready. It is tried again.',
  },
  delivered: { label: 'Delivered', tone: 'good', words: 'The target has it.' },
  blocked: {
    label: 'Blocked',
    tone: 'bad',
    words: 'The connector has to be mended first: its address, its credentials or what the target allows.',
  },
  dead: { label: 'Dead', tone: 'bad', words: 'The target refuses it as it is. It is tried again when it changes.' },
}
export const DELIVERY_STATES = ['pending', 'retrying', 'delivered', 'blocked', 'dead'] as const

const OPERATIONS = { create: 'Create', update: 'Update', delete: 'Delete' } as const

export function stateBadge(state: DeliveryState): Html {
  return badge(STATES[state].label, STATES[state].tone)
}

export function deliveriesPath(view: View, connection: Named): string {
  return `${connectionPath(view, connection)}/deliveries`
}

/** What of a connection's deliveries is not done, in words. */
export function deliveryCounts(counts: Readonly<Record<DeliveryState, number>>): string {
  const open = DELIVERY_STATES.filter((state) => state !== 'delivered' && counts[state] > 0)
  if (open.length > 0) return open.map((state) => `${counts[state].toLocaleString('en')} ${state}`).join(', ')
  return counts.delivered > 0 ? 'All that had to go out is delivered.' : ''
}

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
            ><span class="sub">${row.resourceType}</span>`,
      },
      { label: 'Operation', cell: (row) => OPERATIONS[row.operation] },
      { label: 'State', cell: (row) => stateBadge(row.state) },
      { label: 'Connector', cell: (row) => row.connector },
      { label: 'Attempts', number: true, cell: (row) => row.attempts },
      { label: 'Last error', cell: (row) => shortError(row.lastError) },
      { label: 'When', cell: (row) => timeAgo(row.lastModified, now) },
    ],
  })
}

/** Without the request that it begins with: the page behind the row has that too. */
function shortError(error: string | null): string | undefined {
  return error?.replace(/^[A-Z]+ \S+: /, '')
}

export type DeliveryList = {
  readonly connection: Named
  readonly state: ListState
  readonly total: number
  readonly rows: readonly DeliveryView[]
  readonly counts: Readonly<Record<DeliveryState, number>>
}

const OUTBOUND = { label: 'Outbound Provisioning', path: '/outbound' }

export function deliveriesPage(view: View, list: DeliveryList): Html {
  const { connection, state, total, rows } = list
  return consolePage(view, {
    section: 'connections',
    title: 'Provisioning log',
    crumbs: connectionCrumbs(view, connection, OUTBOUND),
    lead: `What goes out to ${connection.name}, the newest first.`,
    body: html`${stateFilter(list)}
      <section id="log" class="stack" data-live="3000">
        ${
          rows.length === 0
            ? panel({}, noDeliveries(state))
            : [deliveryTable(view, connection, rows), pager(state, total, { one: 'delivery', many: 'deliveries' })]
        }
      </section>`,
  })
}

function stateFilter({ state, counts }: DeliveryList): Html {
  const now = state.filters?.state ?? ''
  const all = DELIVERY_STATES.reduce((sum, one) => sum + counts[one], 0)
  const entry = (value: string, label: string, total: number) =>
    html`<li>
      <a
        href="${listHref(state, { filters: { state: value }, page: 1 })}"
        ${attr('aria-current', now === value && 'page')}
        >${label} <span class="number">${total.toLocaleString('en')}</span></a
      >
    </li>`
  return html`<nav aria-label="State">
    <ul class="filters">
      ${entry('', 'All', all)} ${DELIVERY_STATES.map((one) => entry(one, STATES[one].label, counts[one]))}
    </ul>
  </nav>`
}

function noDeliveries(state: ListState): Html {
  const isFiltered = (state.filters?.state ?? '') !== '' || state.page > 1
  if (!isFiltered) {
    return emptyState(
      'Nothing was provisioned yet',
      'Every change that goes out through this connection is listed here.',
    )
  }
  return emptyState(
    'Nothing here',
    'No delivery is in this state, or on this page.',
    linkButton({ label: 'Show all deliveries', href: state.path }),
  )
}

export function deliveryPage(
  view: View,
  connection: Named,
  delivery: DeliveryView,
  attempts: readonly Attempt[],
  draft: Draft,
): Html {
  const isOpen = delivery.state !== 'delivered'
  const path = `${deliveriesPath(view, connection)}/${delivery.id}`
  const retry = html`<form method="post" action="${path}/retry">
    ${tokenField(view.formToken)} ${button({ label: 'Retry now', kind: 'primary' })}
  </form>`
  return consolePage(view, {
    section: 'connections',
    title: delivery.resourceName,
    crumbs: [
      ...connectionCrumbs(view, connection, OUTBOUND),
      { label: 'Provisioning log', href: deliveriesPath(view, connection) },
    ],
    action: isOpen && mayChange(view, path) ? retry : '',
    body: html`${errorSummary(draft.errors)}
      <section id="log" class="stack" ${attr('data-live', isOpen && '3000')}>
        ${panel({}, deliveryFacts(view, delivery))} ${attemptTable(view, attempts)}
      </section>`,
  })
}

function deliveryFacts(view: View, delivery: DeliveryView): Html {
  const { now } = view.scope
  const isUser = delivery.resourceType === 'User'
  const href = `${view.root}/${isUser ? 'users' : 'groups'}/${delivery.resourceId}`
  const name =
    delivery.operation === 'delete' || !mayOpen(view, href)
      ? delivery.resourceName
      : html`<a href="${href}">${delivery.resourceName}</a>`
  const at = (time: Date) => html`${timeAgo(time, now)} <span class="help">(${exactTime(time)})</span>`
  return facts([
    ['State', html`${stateBadge(delivery.state)} <span class="help">${STATES[delivery.state].words}</span>`],
    [delivery.resourceType, name],
    ['Operation', OPERATIONS[delivery.operation]],
    ['Connector', delivery.connector],
    ['Last error', delivery.lastError],
    ['Next attempt', delivery.nextAttemptAt && at(delivery.nextAttemptAt)],
    ['Changed', at(delivery.created)],
    ['Last news', at(delivery.lastModified)],
  ])
}

function attemptTable(view: View, attempts: readonly Attempt[]): Content {
  if (attempts.length === 0) {
    return panel(
      { title: 'Attempts' },
      emptyState('No request yet', 'Each request to the target is listed here with its answer.'),
    )
  }
  return table({
    caption: 'Attempts',
    rows: attempts,
    columns: [
      { label: 'Request', cell: (row) => html`<strong>${row.method}</strong> <code>${row.url}</code>` },
      { label: 'Attempt', number: true, cell: (row) => row.attempt },
      { label: 'Answer', cell: answerBadge },
      { label: 'Error', cell: (row) => row.error },
      { label: 'Took', number: true, cell: (row) => `${row.durationMs.toLocaleString('en')}\u00a0ms` },
      { label: 'When', cell: (row) => timeAgo(row.at, view.scope.now) },
    ],
  })
}

function answerBadge({ status }: Attempt): Html {
  if (status === null) return badge('No answer', 'bad')
  return badge(String(status), status < 300 ? 'good' : 'bad')
}
