import { html } from 'hono/html'
import type { GroupRow } from '../../directory/groups/queries.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { emptyState } from '../../html/parts.ts'
import { pager, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { type Draft, valueOf } from '../form.ts'
import { filterBox, type Found, noRows } from '../found.ts'
import { consolePage, type View } from '../frame.ts'

export type GroupList = Found<GroupRow> & {
  /** How many members each has, by group id. */
  readonly members: ReadonlyMap<string, number>
}

const WORDS = {
  one: 'group',
  many: 'groups',
  parts: 'name',
  example: 'displayName sw "team" and meta.created gt "2026-01-01T00:00:00Z"',
}

export function groupPath(view: View, group: { readonly id: string }): string {
  return `${view.root}/groups/${group.id}`
}

export function groupsPage(view: View, list: GroupList): Html {
  const mayWrite = view.permissions.has('scim:write')
  return consolePage(view, {
    section: 'groups',
    title: 'Groups',
    lead: 'Users, and groups of them, under one name. Groups are provisioned to connectors with a group endpoint.',
    action: mayWrite && linkButton({ label: 'New Group', href: `${view.root}/groups/new`, kind: 'primary' }),
    body: [
      filterBox(list, WORDS),
      list.rows.length === 0 ? noRows(list, WORDS, noGroups(view, mayWrite)) : groupTable(view, list),
    ],
  })
}

function groupTable(view: View, list: GroupList): Content {
  const { now } = view.scope
  return [
    table({
      caption: 'Groups',
      state: list.state,
      rows: list.rows,
      columns: [
        {
          label: 'Name',
          sort: 'displayName',
          cell: (row) => html`<a href="${groupPath(view, row)}">${row.displayName}</a>`,
        },
        { label: 'Members', number: true, cell: (row) => (list.members.get(row.id) ?? 0).toLocaleString('en') },
        { label: 'Created', sort: 'created', cell: (row) => timeAgo(row.created, now) },
        { label: 'Changed', sort: 'lastModified', cell: (row) => timeAgo(row.lastModified, now) },
      ],
    }),
    pager(list.state, list.total, WORDS),
  ]
}

function noGroups(view: View, mayWrite: boolean): Html {
  const words = 'A group gathers users, so that they can be given something together and be provisioned as one.'
  const make = linkButton({ label: 'New Group', href: `${view.root}/groups/new` })
  return emptyState('No groups yet', words, mayWrite && make)
}

export function newGroupPage(view: View, { values, errors }: Draft): Html {
  return consolePage(view, {
    section: 'groups',
    title: 'New Group',
    crumbs: [{ label: 'Groups', href: `${view.root}/groups` }],
    body: html`${errorSummary(errors)}
      <section class="panel">
        <form method="post" action="${view.root}/groups/new">
          ${tokenField(view.formToken)}
          ${field({
            name: 'displayName',
            label: 'Name',
            required: true,
            value: valueOf(values, 'displayName'),
            error: errorOf(errors, 'displayName'),
            autocomplete: 'off',
            autofocus: errors.length === 0,
          })}
          ${field({
            name: 'members',
            label: 'Members',
            type: 'lines',
            value: valueOf(values, 'members'),
            error: errorOf(errors, 'members'),
            help: 'User names, one a line. You can add more later.',
          })}
          <div class="buttons">
            ${button({ label: 'Create', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${view.root}/groups` })}
          </div>
        </form>
      </section>`,
  })
}
