/** What would become of a person, in words. */
import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { findUser, type UserRow } from '../../../directory/users/queries.ts'
import { type DryRun, dryRun, type Membership } from '../../../federation/dry-run.ts'
import type { VouchedFor } from '../../../federation/upstream/person.ts'
import type { Content, Html } from '../../../html.ts'
import { facts, panel } from '../../../html/parts.ts'
import { table } from '../../../html/table.ts'
import { mayOpen } from '../../changes.ts'
import type { View } from '../../frame.ts'
import { WOULD_BE } from '../../sign-in-decisions/words.ts'
import { json } from '../trial/facts.ts'

/** Decided now, and carried out never. */
export async function rehearse(view: View, connection: ConnectionRow, person: VouchedFor): Promise<Html> {
  const run = await dryRun(view.scope, connection, person)
  const user = run.userId === undefined ? undefined : await findUser(view.scope, run.userId)
  return panel({ title: WOULD_BE[run.decision], lead: run.explanation }, [
    facts([
      ['User name', run.userName],
      ['Account', user && accountLink(view, user)],
      ['Asked for', run.asks?.join(', ')],
      ['Reason', html`<code>${run.reason}</code>`],
    ]),
    run.user ? json('The account', run.user) : '',
    run.changes ? changesTable(run.changes) : '',
    run.memberships && run.memberships.length > 0 ? membershipsTable(view, run.memberships) : '',
    Object.keys(run.details).length > 0 ? json('Decided by', run.details) : '',
  ])
}

function accountLink(view: View, { id, userName }: UserRow): Content {
  const href = `${view.root}/users/${id}`
  return mayOpen(view, href) ? html`<a href="${href}">${userName}</a>` : userName
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
        cell: (row) => (row.to === undefined ? 'Taken away' : html`<code>${JSON.stringify(row.to)}</code>`),
      },
    ],
  })
}

function membershipsTable(view: View, memberships: readonly Membership[]): Content {
  return table({
    caption: 'Groups and roles',
    rows: memberships,
    columns: [
      {
        label: 'Group or role',
        cell: ({ kind, id, name }) => html`<a href="${view.root}/${kind}s/${id}">${name}</a>`,
      },
      { label: 'Kind', cell: ({ kind }) => (kind === 'group' ? 'Group' : 'Role') },
      { label: 'Would be', cell: ({ change }) => (change === 'add' ? 'Given' : 'Taken away') },
    ],
  })
}
