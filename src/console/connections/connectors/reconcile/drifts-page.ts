/** What a reconciliation found: the list, and what is asked before all of it is repaired or accepted. */
import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../../connections/queries.ts'
import type { DriftKind } from '../../../../db/schema.ts'
import { attr, button, type Content, hidden, type Html, linkButton, tokenField } from '../../../../html.ts'
import { confirmation, emptyState, panel } from '../../../../html/parts.ts'
import { listHref, type ListState, table } from '../../../../html/table.ts'
import { type DriftFilter, type DriftRow, totalOf } from '../../../../outbound/reconcile/drifts/queries.ts'
import { changeLink, mayChange } from '../../../changes.ts'
import { consolePage, type View } from '../../../frame.ts'
import { connectorCrumbs, connectorPath } from '../place.ts'
import { type Compared, driftsPath, openOf, state } from './part.ts'
import { DRIFT_KINDS, DRIFT_STATES, driftBadge, KINDS, numberOf, REPAIRABLE, STATES } from './words.ts'

export type Place = { readonly connection: ConnectionRow; readonly connector: ConnectorRow }
export type DriftList = Place & {
  readonly compared: Compared
  readonly list: ListState
  readonly filter: DriftFilter
  readonly rows: readonly DriftRow[]
  readonly isMore: boolean
}

export function driftsPage(view: View, found: DriftList): Html {
  const { row, counts } = found.compared
  const isLive = row?.state === 'running' && !found.list.filters?.after
  return consolePage(view, {
    section: 'connections',
    title: 'Drift',
    crumbs: connectorCrumbs(view, found.connection, found.connector),
    lead: `Where the target of ${found.connector.name} has something else than it should.`,
    body: html`<section id="drifts" class="stack" ${attr('data-live', isLive && '3000')}>
      ${row && row.state !== 'planned' ? panel({}, html`${state(view, row, counts)} ${actions(view, found)}`) : ''}
      ${kindFilter(found)} ${stateFilter(found)}
      ${found.rows.length === 0 ? panel({}, noDrifts(view, found)) : driftTable(view, found)} ${pages(found)}
    </section>`,
  })
}

/** Of what the list is filtered by, or of everything. */
function actions(view: View, found: DriftList): Content {
  const { kind } = found.filter
  const open = kind === 'unmanaged' ? 0 : openOf(found.compared.counts, kind)
  if (open === 0) return ''
  const path = driftsPath(view, found.connection, found.connector)
  const query = kind === undefined ? '' : `?kind=${kind}`
  return html`<div class="buttons">
    ${changeLink(view, { label: kind ? 'Repair these' : 'Repair all', href: `${path}/repair${query}` })}
    ${changeLink(view, { label: kind ? 'Accept these' : 'Accept all', href: `${path}/accept${query}` })}
  </div>`
}

function kindFilter({ list, filter, compared }: DriftList): Html {
  const entry = (kind: DriftKind | undefined, label: string) =>
    html`<li>
      <a
        href="${listHref(list, { filters: { ...list.filters, after: '', kind: kind ?? '' } })}"
        ${attr('aria-current', filter.kind === kind && 'page')}
        >${label}${kind ? html` <span class="number">${numberOf(totalOf(compared.counts, { kind }))}</span>` : ''}</a
      >
    </li>`
  return html`<nav aria-label="Kind">
    <ul class="filters">
      ${entry(undefined, 'All')} ${DRIFT_KINDS.map((kind) => entry(kind, KINDS[kind].label))}
    </ul>
  </nav>`
}

function stateFilter({ list, filter }: DriftList): Html {
  const entry = (value: string, label: string) =>
    html`<li>
      <a
        href="${listHref(list, { filters: { ...list.filters, after: '', state: value } })}"
        ${attr('aria-current', (filter.state ?? '') === value && 'page')}
        >${label}</a
      >
    </li>`
  return html`<nav aria-label="State">
    <ul class="filters">
      ${entry('', 'Any state')} ${DRIFT_STATES.map((one) => entry(one, STATES[one].label))}
    </ul>
  </nav>`
}

function driftTable(view: View, { connection, connector, rows }: DriftList): Html {
  const path = driftsPath(view, connection, connector)
  return table({
    caption: 'Drift',
    rows,
    columns: [
      {
        label: 'Resource',
        cell: (row) =>
          html`<a href="${path}/${row.id}">${row.name}</a><span class="sub">${row.resourceType.toLowerCase()}</span>`,
      },
      { label: 'Kind', cell: (row) => KINDS[row.kind].label },
      { label: 'What differs', cell: (row) => inShort(row) },
      { label: 'State', cell: (row) => (row.kind === 'unmanaged' ? '' : driftBadge(row.state)) },
    ],
  })
}

const MOST_NAMED = 4

export function inShort({ differences, members }: DriftRow): string {
  const names = differences.slice(0, MOST_NAMED).map(({ path }) => path.slice(path.lastIndexOf(':') + 1))
  const others = differences.length > MOST_NAMED ? [`${differences.length - MOST_NAMED} more`] : []
  return [...names, ...others, ...(members ? ['members'] : [])].join(', ')
}

function noDrifts(view: View, { connection, connector, compared, list }: DriftList): Html {
  const isFiltered = Object.values(list.filters ?? {}).some((value) => value !== '')
  if (isFiltered) {
    const all = linkButton({ label: 'Show all', href: list.path })
    return emptyState('Nothing here', 'Nothing that was found is like that.', all)
  }
  if (compared.row?.state === 'running') return emptyState('Nothing yet', 'What is found is listed here.')
  if (compared.row && compared.row.state !== 'planned') {
    return emptyState('No drift', 'The target has what it should, as far as it was looked at.')
  }
  const begin = changeLink(view, {
    label: 'Compare now',
    href: `${connectorPath(view, connection, connector)}/reconciliation`,
  })
  return emptyState('Not compared yet', 'What the target has otherwise than it should is listed here.', begin)
}

function pages({ list, rows, isMore }: DriftList): Content {
  const last = rows.at(-1)
  const isFirst = !list.filters?.after
  if (isFirst && !isMore) return ''
  const to = (after: string) => listHref(list, { filters: { ...list.filters, after } })
  return html`<nav class="pager" aria-label="Pages">
    <span class="buttons">
      ${isFirst ? '' : linkButton({ label: 'First', href: to('') })}
      ${isMore && last ? linkButton({ label: 'Next', href: to(`${last.kind}.${last.state}.${last.id}`) }) : ''}
    </span>
  </nav>`
}

/** Asks before all that is open, or all of a kind, is repaired: what is left over goes from the target. */
export function repairAllPage(view: View, place: Place & { compared: Compared }, kind: DriftKind | undefined): Html {
  const path = driftsPath(view, place.connection, place.connector)
  const kinds = REPAIRABLE.filter((one) => (kind ?? one) === one && openOf(place.compared.counts, one) > 0)
  return consolePage(view, {
    section: 'connections',
    title: 'Repair',
    crumbs: [...connectorCrumbs(view, place.connection, place.connector), { label: 'Drift', href: path }],
    body: confirmation({
      question: `Repair ${numberOf(openOf(place.compared.counts, kind))} at the target of ${place.connector.name}?`,
      goes: [
        ...kinds.map((one) => `${KINDS[one].repair} ${numberOf(openOf(place.compared.counts, one))} of them.`),
        'What has a delivery on its way already is left to that.',
      ],
      action: `${path}/repair${kind === undefined ? '' : `?kind=${kind}`}`,
      cancel: path,
      label: 'Repair',
      formToken: view.formToken,
    }),
  })
}

export function acceptAllPage(view: View, place: Place & { compared: Compared }, kind: DriftKind | undefined): Html {
  const path = driftsPath(view, place.connection, place.connector)
  return consolePage(view, {
    section: 'connections',
    title: 'Accept',
    crumbs: [...connectorCrumbs(view, place.connection, place.connector), { label: 'Drift', href: path }],
    body: panel(
      { title: `Accept ${numberOf(openOf(place.compared.counts, kind))} as they are at the target?` },
      html`<ul class="goes">
          <li>Nothing is sent for them. What is changed here later goes out as ever.</li>
          <li>They are reported again when they change at the target.</li>
        </ul>
        <form method="post" action="${path}/accept">
          ${tokenField(view.formToken)} ${kind === undefined ? '' : hidden('kind', kind)}
          <div class="buttons">
            ${button({ label: 'Accept', kind: 'primary' })} ${linkButton({ label: 'Cancel', href: path })}
          </div>
        </form>`,
    ),
  })
}

/** Who may change what was found. */
export function mayRepair(view: View, { connection, connector }: Place): boolean {
  return mayChange(view, driftsPath(view, connection, connector))
}
