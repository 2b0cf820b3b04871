import { html } from 'hono/html'
import type { DeletedUser } from '../../directory/deleted/queries.ts'
import { type Content, type Html, linkButton } from '../../html.ts'
import { confirmation, emptyState, panel } from '../../html/parts.ts'
import { listHref, type ListState, pager, searchBox, table } from '../../html/table.ts'
import { exactTime, timeAgo } from '../../html/time.ts'
import { changeLink } from '../changes.ts'
import { consolePage, type View } from '../frame.ts'

export type DeletedUserList = {
  readonly state: ListState
  readonly total: number
  readonly rows: readonly DeletedUser[]
}

export function deletedUsersPage(view: View, list: DeletedUserList): Html {
  const { state, rows } = list
  return consolePage(view, {
    section: 'deleted-users',
    title: 'Deleted users',
    lead: 'Whoever was deleted is remembered here, so that signing in through a connection does not make her a user again: just-in-time provisioning passes over who has the same user name, or had the same external ID. A SCIM client, the API and the console can add her again at any time.',
    body: [
      html`<div class="bar">${searchBox(state, 'Search by user name')}</div>`,
      rows.length > 0 ? userTable(view, list) : panel({}, noRows(list)),
    ],
  })
}

function userTable(view: View, { state, total, rows }: DeletedUserList): Content {
  return [
    table({
      caption: 'Deleted users',
      state,
      rows,
      columns: [
        { label: 'User name', sort: 'userName', cell: (row) => html`<strong>${row.userName}</strong>` },
        { label: 'External ID', cell: (row) => row.externalId && html`<code>${row.externalId}</code>` },
        { label: 'Deleted', cell: (row) => timeAgo(row.deleted, view.scope.now) },
        { label: 'Allow to come back', acts: true, cell: (row) => allowLink(view, row) },
      ],
    }),
    pager(state, total, { one: 'deleted user', many: 'deleted users' }),
  ]
}

function allowPath(view: View, user: DeletedUser): string {
  return `${view.root}/deleted-users/${user.id}/allow`
}

function allowLink(view: View, row: DeletedUser): Content {
  const label = html`Allow to come back<span class="unseen">: ${row.userName}</span>`
  return changeLink(view, { label, href: allowPath(view, row), kind: 'quiet' })
}

function noRows({ state, total }: DeletedUserList): Html {
  if (total > 0) {
    const first = listHref(state, { page: 1 })
    return emptyState('Nothing on this page', html`<a href="${first}">Go to the first page.</a>`)
  }
  if (state.q === '') return emptyState('Nobody was deleted yet', 'Whoever is deleted from now on is listed here.')
  return emptyState(
    'No deleted user was found',
    html`No user name contains “${state.q}”.`,
    linkButton({ label: 'Show all deleted users', href: state.path }),
  )
}

export function allowPage(view: View, user: DeletedUser): Html {
  const { now } = view.scope
  return consolePage(view, {
    section: 'deleted-users',
    title: 'Allow to come back',
    crumbs: [{ label: 'Deleted users', href: `${view.root}/deleted-users` }],
    body: confirmation({
      question: `Allow ${user.userName} to come back?`,
      goes: [
        html`Deleted ${timeAgo(user.deleted, now)} (${exactTime(user.deleted)}), with the ID <code>${user.id}</code>.`,
        'If she signs in through a connection that provisions people just in time, she becomes a new user, with another ID and without the groups and roles that she had.',
        'Her accounts at other systems are forgotten, and are linked anew when she signs in with them.',
        'Nothing happens until she signs in. This cannot be undone: to keep her out, delete her again.',
      ],
      action: allowPath(view, user),
      cancel: `${view.root}/deleted-users`,
      label: 'Allow to come back',
      formToken: view.formToken,
    }),
  })
}
