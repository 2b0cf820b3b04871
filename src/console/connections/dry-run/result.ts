/** What would become of a person, in words. */
import { html } from 'hono/html'
import type { DryRun } from '../../../federation/dry-run.ts'
import type { Content, Html } from '../../../html.ts'
import { facts, panel } from '../../../html/parts.ts'
import { table } from '../../../html/table.ts'
import { mayOpen } from '../../changes.ts'
import type { View } from '../../frame.ts'
import { decisionBadge, WOULD_BE } from '../../sign-in-decisions/words.ts'
import { json } from '../trial/facts.ts'

export function dryRunResult(view: View, run: DryRun): Html {
  const title = WOULD_BE[run.decision]
  return panel({ title, lead: run.explanation, action: decisionBadge(run.decision) }, [
    facts([
      ['User name', run.userName],
      ['Account', run.userId && accountLink(view, run.userId)],
      ['Asked for', run.asks?.join(', ')],
      ['Reason', html`<code>${run.reason}</code>`],
    ]),
    run.user ? json('The account', run.user) : '',
    run.changes ? changesTable(run.changes) : '',
    Object.keys(run.details).length > 0 ? json('Decided by', run.details) : '',
  ])
}

function accountLink(view: View, userId: string): Content {
  const href = `${view.root}/users/${userId}`
  return mayOpen(view, href) ? html`<a href="${href}">${userId}</a>` : userId
}

function changesTable(changes: NonNullable<DryRun['changes']>): Content {
  if (changes.length === 0) return html`<p>Nothing of the profile would be changed.</p>`
  return table({
    caption: 'What would be changed',
    rows: changes,
    columns: [
      { label: 'Attribute', cell: (row) => html`<code>${row.attribute}</code>` },
      {
        label: 'Would be',
        cell: (row) => (row.value === undefined ? 'Taken away' : html`<code>${JSON.stringify(row.value)}</code>`),
      },
    ],
  })
}
