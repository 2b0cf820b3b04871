import { html } from 'hono/html'
import type { UserRow } from '../../directory/users/queries.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { badge, dropMenu, emptyState } from '../../html/parts.ts'
import { pager, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { type Draft, valueOf } from '../form.ts'
import { filterBox, type Found, noRows } from '../found.ts'
import { consolePage, type View } from '../frame.ts'
import { profileOf } from './profile.ts'

export type UserList = Found<UserRow> & {
  /** Names of connections by id. */
  readonly connections: ReadonlyMap<string, string>
}

const WORDS = {
  one: 'user',
  many: 'users',
  parts: 'user name, name or e-mail address',
  example: 'emails.value ew "@example.com" and active eq true',
}

export function usersPage(view: View, list: UserList): Html {
  return consolePage(view, {
    section: 'users',
    title: 'Users',
    lead: 'Everybody who can sign in here, whether they were added by hand, over SCIM or on arrival.',
    action: view.permissions.has('scim:write') && addUser(view),
    body: [
      filterBox(list, WORDS),
      list.rows.length === 0
        ? noRows(list, WORDS, emptyState('No users yet', 'Add one, or let a client provision them over SCIM.'))
        : userTable(view, list),
    ],
  })
}

function addUser(view: View): Html {
  return dropMenu('Add User', [{ label: 'Single User', href: `${view.root}/users/new` }])
}

function userTable(view: View, list: UserList): Content {
  const { now } = view.scope
  return [
    table({
      caption: 'Users',
      state: list.state,
      rows: list.rows,
      columns: [
        {
          label: 'User name',
          sort: 'userName',
          cell: (row) => html`<a href="${view.root}/users/${row.id}">${row.userName}</a>`,
        },
        { label: 'Name', sort: 'displayName', cell: nameCell },
        { label: 'Status', cell: (row) => statusBadge(row.active) },
        { label: 'Source', cell: (row) => sourceOf(row, list.connections) },
        { label: 'Created', sort: 'created', cell: (row) => timeAgo(row.created, now) },
        { label: 'Changed', sort: 'lastModified', cell: (row) => timeAgo(row.lastModified, now) },
      ],
    }),
    pager(list.state, list.total, WORDS),
  ]
}
function nameCell(row: UserRow): Content {
  const { email } = profileOf(row.document)
  return email === '' ? nameOf(row) : [nameOf(row), html`<span class="sub">${email}</span>`]
}

function nameOf(row: UserRow): string {
  const { givenName, familyName } = profileOf(row.document)
  return row.displayName ?? `${givenName} ${familyName}`.trim()
}

export function statusBadge(active: boolean): Html {
  return active ? badge('Active', 'good') : badge('Deactivated', 'off')
}

/** Where a user came from, in words; with the connection's name for those who arrived through one. */
export function sourceOf(row: UserRow, connections: ReadonlyMap<string, string>): string {
  switch (row.source) {
    case 'jit':
      return connections.get(row.sourceConnectionId ?? '') ?? 'A deleted connection'
    case 'scim':
      return 'SCIM'
    case 'api':
      return 'Management API'
    case 'console':
      return 'Console'
    case 'setup':
      return 'Set-up'
    case 'account':
      return 'Signed up'
  }
}

export function newUserPage(view: View, { values, errors }: Draft, passwordRules: string): Html {
  const shared = (name: string) => ({ name, value: valueOf(values, name), error: errorOf(errors, name) })
  return consolePage(view, {
    section: 'users',
    title: 'Add User',
    crumbs: [{ label: 'Users', href: `${view.root}/users` }],
    body: html`${errorSummary(errors)}
      <section class="panel">
        <form method="post" action="${view.root}/users/new">
          ${tokenField(view.formToken)}
          ${field({ ...shared('userName'), label: 'User name', required: true, autocomplete: 'off', autofocus: errors.length === 0 })}
          <div class="pair">
            ${field({ ...shared('givenName'), label: 'First name', autocomplete: 'off' })}
            ${field({ ...shared('familyName'), label: 'Last name', autocomplete: 'off' })}
          </div>
          ${field({ ...shared('email'), label: 'E-mail', type: 'email', autocomplete: 'off' })}
          ${field({ name: 'password', label: 'Password', type: 'password', required: true, autocomplete: 'new-password', help: passwordRules, error: errorOf(errors, 'password') })}
          <div class="buttons">
            ${button({ label: 'Finish', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${view.root}/users` })}
          </div>
        </form>
      </section>`,
  })
}
