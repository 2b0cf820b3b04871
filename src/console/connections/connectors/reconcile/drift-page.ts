/** One drift: what stands here, and what the target has. */
import { html } from 'hono/html'
import type { MemberDrift } from '../../../../db/schema.ts'
import { button, type Content, errorSummary, type Html, linkButton, tokenField } from '../../../../html.ts'
import { confirmation, facts, panel } from '../../../../html/parts.ts'
import { table } from '../../../../html/table.ts'
import { dated } from '../../../../html/time.ts'
import type { DriftRow } from '../../../../outbound/reconcile/drifts/queries.ts'
import { mayOpen } from '../../../changes.ts'
import type { Draft } from '../../../form.ts'
import { consolePage, type View } from '../../../frame.ts'
import { deliveriesPath } from '../../deliveries/states.ts'
import { connectorCrumbs } from '../place.ts'
import { mayRepair, type Place } from './drifts-page.ts'
import { driftsPath } from './part.ts'
import { driftBadge, KINDS, numberOf, STATES } from './words.ts'

/** So many members are shown of each sort. */
const MOST_SHOWN = 50
/** Members by our id, with what they are called here. */
export type Names = ReadonlyMap<string, string>

export function driftPage(view: View, place: Place, drift: DriftRow, names: Names, draft: Draft): Html {
  const path = `${driftsPath(view, place.connection, place.connector)}/${drift.id}`
  return consolePage(view, {
    section: 'connections',
    title: drift.name,
    crumbs: [
      ...connectorCrumbs(view, place.connection, place.connector),
      { label: 'Drift', href: driftsPath(view, place.connection, place.connector) },
    ],
    body: [
      errorSummary(draft.errors),
      panel({}, [driftFacts(view, place, drift), mayRepair(view, place) ? actions(view, path, drift) : '']),
      drift.differences.length > 0 ? differenceTable(drift) : '',
      drift.members ? memberPanel(drift.members, names) : '',
    ],
  })
}

function driftFacts(view: View, { connection }: Place, drift: DriftRow): Html {
  const { kind, state, resourceType, resourceId, remoteId, name, found } = drift
  const href = `${view.root}/${resourceType === 'User' ? 'users' : 'groups'}/${resourceId}`
  const log = `${deliveriesPath(view, connection)}?resource=${resourceId}`
  const ours = resourceId !== null && kind !== 'leftover' && mayOpen(view, href)
  return facts([
    ['Kind', html`${KINDS[kind].label}. <span class="help">${KINDS[kind].words}</span>`],
    ['State', kind !== 'unmanaged' && html`${driftBadge(state)} <span class="help">${STATES[state].words}</span>`],
    [
      resourceType,
      html`${ours ? html`<a href="${href}">${name}</a>` : name}
      ${resourceId === null ? '' : html`<a class="help" href="${log}">Its deliveries</a>`}`,
    ],
    ['Id at the target', html`<code>${remoteId}</code>`],
    ['Found', dated(found, view.scope.now)],
  ])
}

/** What removes something at the target asks first. */
function actions(view: View, path: string, { kind, state }: DriftRow): Content {
  if (kind === 'unmanaged' || state === 'repaired') return ''
  const form = (verb: string, label: string, look: 'primary' | undefined) =>
    html`<form class="inline" method="post" action="${path}/${verb}">
      ${tokenField(view.formToken)} ${button({ label, ...(look && { kind: look }) })}
    </form>`
  return html`<div class="buttons">
    ${kind === 'leftover' ? linkButton({ label: 'Remove at the target', href: `${path}/repair` }) : form('repair', 'Repair', 'primary')}
    ${state === 'open' ? form('accept', 'Accept', undefined) : ''}
  </div>`
}

function differenceTable({ differences }: DriftRow): Html {
  return table({
    caption: 'What differs',
    rows: differences,
    columns: [
      { label: 'Attribute', cell: ({ path }) => html`<code>${path}</code>` },
      { label: 'Here', cell: ({ wanted }) => shown(wanted) },
      { label: 'At the target', cell: ({ found }) => shown(found) },
    ],
  })
}

function shown(value: unknown): Content {
  if (value === null || value === undefined) return html`<span class="help">nothing</span>`
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`
}

function memberPanel({ absent, absentTotal, extra, extraTotal }: MemberDrift, names: Names): Html {
  const nameOf = ([id, remoteId]: readonly [string, string]) => names.get(id) ?? remoteId
  return panel(
    { title: 'Members' },
    facts([
      ['Not in the group there', absentTotal > 0 && listOf(absent.map(nameOf), absentTotal)],
      [
        'In it there, and not here',
        extraTotal > 0 &&
          listOf(
            extra.map(([id, display]) => display || id),
            extraTotal,
          ),
      ],
    ]),
  )
}

function listOf(all: readonly string[], total: number): string {
  const some = all.slice(0, MOST_SHOWN)
  const rest = total - some.length
  return some.join(', ') + (rest > 0 ? `, and ${numberOf(rest)} more` : '')
}

export function namedMembers({ members }: DriftRow): string[] {
  return (members?.absent ?? []).slice(0, MOST_SHOWN).map(([id]) => id)
}

export function repairPage(view: View, place: Place, drift: DriftRow): Html {
  const path = `${driftsPath(view, place.connection, place.connector)}/${drift.id}`
  return consolePage(view, {
    section: 'connections',
    title: 'Repair',
    crumbs: connectorCrumbs(view, place.connection, place.connector),
    body: confirmation({
      question: `Repair ${drift.name} at the target of ${place.connector.name}?`,
      goes: [
        KINDS[drift.kind].repair,
        drift.kind === 'leftover' && 'Whether that can be undone, the target decides.',
      ].filter((line) => line !== false),
      action: `${path}/repair`,
      cancel: path,
      label: drift.kind === 'leftover' ? 'Remove at the target' : 'Repair',
      formToken: view.formToken,
    }),
  })
}
