import { html } from 'hono/html'
import type { RoleRow } from '../../directory/roles/queries.ts'
import type { Html } from '../../html.ts'
import { emptyState, panel } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { consolePage, type View } from '../frame.ts'

export function rolesPage(view: View, roles: readonly RoleRow[]): Html {
  return consolePage(view, {
    section: 'roles',
    title: 'Roles',
    lead: 'What users may do. Roles also choose who is provisioned through a connection.',
    body: table({
      caption: 'Roles',
      rows: roles,
      columns: [
        { label: 'Name', cell: (row) => html`<a href="${view.root}/roles/${row.id}">${row.displayName}</a>` },
        { label: 'Held by', cell: meaningOf },
      ],
    }),
  })
}

function meaningOf(role: RoleRow): string {
  if (role.displayName === 'everyone') return 'Every user'
  if (role.displayName === 'admin') return 'Administrators: they may use this console and the APIs'
  return 'Chosen users'
}

export type Holders = {
  readonly total: number
  /** The first of them. */
  readonly users: readonly { readonly id: string; readonly userName: string }[]
}

export function rolePage(view: View, role: RoleRow, holders: Holders): Html {
  return consolePage(view, {
    section: 'roles',
    title: role.displayName,
    crumbs: [{ label: 'Roles', href: `${view.root}/roles` }],
    lead: meaningOf(role),
    body: role.displayName === 'everyone' ? everyone(view, holders.total) : holderTable(view, holders),
  })
}

function everyone(view: View, total: number): Html {
  return panel({}, html`<p>Held by all <a href="${view.root}/users">${total.toLocaleString('en')} users</a>.</p>`)
}

function holderTable(view: View, { users }: Holders): Html {
  if (users.length === 0) return panel({}, emptyState('Held by nobody', 'No user has this role.'))
  return table({
    caption: 'Users who hold this role',
    rows: users,
    columns: [{ label: 'User name', cell: (row) => html`<a href="${view.root}/users/${row.id}">${row.userName}</a>` }],
  })
}
