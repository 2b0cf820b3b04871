/** Comparing what the target has: its part of the connector's page, and the choice of what becomes of drift. */
import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../../connections/queries.ts'
import type { DriftKind } from '../../../../db/schema.ts'
import {
  attr,
  button,
  type Content,
  errorOf,
  errorSummary,
  type Html,
  linkButton,
  tokenField,
} from '../../../../html.ts'
import { radios } from '../../../../html/choices.ts'
import { badge, panel } from '../../../../html/parts.ts'
import { timeAgo } from '../../../../html/time.ts'
import { type DriftCount, totalOf } from '../../../../outbound/reconcile/drifts/queries.ts'
import type { ReconciliationRow } from '../../../../outbound/reconcile/queries.ts'
import { changeLink, mayChange } from '../../../changes.ts'
import { type Draft, valueOf } from '../../../form.ts'
import { consolePage, type View } from '../../../frame.ts'
import { connectorCrumbs, connectorPath } from '../place.ts'
import { KINDS, numberOf, PHASES, POLICIES, POLICY_CHOICES, REPAIRABLE } from './words.ts'

export type Compared = { readonly row: ReconciliationRow | undefined; readonly counts: readonly DriftCount[] }

export function driftsPath(view: View, connection: ConnectionRow, connector: ConnectorRow): string {
  return `${connectorPath(view, connection, connector)}/drifts`
}

/** Refreshes itself while one is under way. */
export function reconcilePart(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  compared: Compared,
): Html {
  const isRunning = compared.row?.state === 'running'
  const path = connectorPath(view, connection, connector)
  const open = openOf(compared.counts)
  const drifts = `${driftsPath(view, connection, connector)}${open > 0 ? '?state=open' : ''}`
  return html`<section id="reconciliation" class="stack" ${attr('data-live', isRunning && '3000')}>
    ${panel(
      {
        title: 'What the target has',
        lead: 'It is compared with what it should have, so that changes made there behind our back are found.',
      },
      html`${compared.row && state(view, compared.row, compared.counts)} ${planned(view, compared.row)}
        ${connector.enabled ? '' : html`<p class="help">Enable the connector first.</p>`}
        <div class="buttons">
          ${compared.row && compared.row.state !== 'planned' ? linkButton({ label: 'See what was found', href: drifts }) : ''}
          ${isRunning ? stopForm(view, path) : ''}
          ${
            !isRunning && connector.enabled
              ? changeLink(view, { label: 'Compare now', href: `${path}/reconciliation` })
              : ''
          }
        </div>`,
    )}
  </section>`
}

function stopForm(view: View, path: string): Content {
  if (!mayChange(view, `${path}/reconciliation/stop`)) return ''
  return html`<form class="inline" method="post" action="${path}/reconciliation/stop">
    ${tokenField(view.formToken)} ${button({ label: 'Stop' })}
  </form>`
}

function planned({ scope }: View, row: ReconciliationRow | undefined): Content {
  if (!row?.nextAt || row.state === 'running') return ''
  return html`<p class="help">The next one begins ${timeAgo(row.nextAt, scope.now)}.</p>`
}

/** How it fares, or came to its end, and what it found. */
export function state(view: View, row: ReconciliationRow, counts: readonly DriftCount[]): Content {
  if (row.state === 'planned') return ''
  const { seen, same, unread } = row.counts
  const open = openOf(counts)
  return html`<p>
      ${heading(view, row)} ${numberOf(seen)} looked at, ${numberOf(same)} as they should be.
      ${row.counts.unmanaged > 0 ? html`${numberOf(row.counts.unmanaged)} were never ours.` : ''}
      ${unread > 0 ? html`${numberOf(unread)} could not be read whole.` : ''}
    </p>
    ${row.error ? html`<p role="alert" class="help">${row.error}</p>` : ''}
    <p>${open > 0 ? badge(`${numberOf(open)} open`, 'wait') : ''} ${found(row, counts)}</p>`
}

export function openOf(counts: readonly DriftCount[], kind?: DriftKind): number {
  const ours = counts.filter((one) => one.kind !== 'unmanaged')
  return totalOf(ours, { kind, state: 'open' })
}

function heading({ scope }: View, { state, phase, policy, lastModified }: ReconciliationRow): Content {
  const when = timeAgo(lastModified, scope.now)
  switch (state) {
    case 'done':
      return html`Done ${when} (${POLICIES[policy].label.toLowerCase()}):`
    case 'stopped':
      return html`Stopped ${when}:`
    case 'failed':
      return html`${badge('Failed', 'bad')} Given up ${when}:`
    default:
      return html`${PHASES[phase]}:`
  }
}

function found({ state }: ReconciliationRow, counts: readonly DriftCount[]): Content {
  const words = REPAIRABLE.flatMap((kind) => {
    const total = totalOf(counts, { kind })
    return total === 0 ? [] : [`${numberOf(total)} ${KINDS[kind].label.toLowerCase()}`]
  })
  if (words.length > 0) return `Found: ${words.join(', ')}.`
  return state === 'done' ? 'No drift was found.' : 'No drift was found so far.'
}

export function startReconciliationPage(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  draft: Draft,
): Html {
  const path = connectorPath(view, connection, connector)
  return consolePage(view, {
    section: 'connections',
    title: 'Compare with the target',
    crumbs: connectorCrumbs(view, connection, connector),
    body: [
      errorSummary(draft.errors),
      panel(
        {
          title: `Compare what ${connector.name} of ${connection.name} has?`,
          lead: 'All that the target lists is read, page by page. It goes on by itself, and can be stopped.',
        },
        html`<form method="post" action="${path}/reconciliation">
          ${tokenField(view.formToken)}
          ${radios({
            name: 'policy',
            label: 'When it differs',
            choices: POLICY_CHOICES,
            value: valueOf(draft.values, 'policy') ?? connector.settings.reconciliation?.policy ?? 'report',
            error: errorOf(draft.errors, 'policy'),
          })}
          <div class="buttons">
            ${button({ label: 'Compare', kind: 'primary' })} ${linkButton({ label: 'Cancel', href: path })}
          </div>
        </form>`,
      ),
    ],
  })
}
