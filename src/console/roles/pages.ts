import { html } from 'hono/html'
import { isAdminRole } from '../../directory/permissions.ts'
import type { RoleRow } from '../../directory/roles/queries.ts'
import { type Content, type Html, linkButton } from '../../html.ts'
import { badge, emptyState } from '../../html/parts.ts'
import { pager, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { filterBox, type Found, noRows } from '../found.ts'
import { consolePage, type View } from '../frame.ts'
import { audienceInWords } from '../users/user-pages.ts'

export type RoleList = Found<RoleRow>

const WORDS = { one: 'role', many: 'roles', parts: 'name', example: 'permissions.value eq "scim:write"' }

export function rolePath(view: View, role: { readonly id: string }): string {
  return `${view.root}/roles/${role.id}`
}

export function rolesPage(view: View, list: RoleList): Html {
  const make = linkButton({ label: 'New Role', href: `${view.root}/roles/new`, kind: 'primary' })
  return consolePage(view, {
    section: 'roles',
    title: 'Roles',
    lead: 'What users may do. Roles also choose who is provisioned through a connection.',
    action: view.permissions.has('roles:write') && make,
    body: [
      filterBox(list, WORDS),
      list.rows.length === 0
        ? noRows(list, WORDS, emptyState('No roles yet', 'A role says what those may do who hold it.'))
        : roleTable(view, list),
    ],
  })
}

function roleTable(view: View, list: RoleList): Content {
  return [
    table({
      caption: 'Roles',
      state: list.state,
      rows: list.rows,
      columns: [
        {
          label: 'Name',
          sort: 'displayName',
          cell: (row) => html`<a href="${rolePath(view, row)}">${row.displayName}</a>`,
        },
        { label: 'Audience', sort: 'audience', cell: audienceInWords },
        { label: 'Kind', cell: kindBadge },
        { label: 'Permissions', number: true, cell: countInWords },
        { label: 'Created', sort: 'created', cell: (row) => timeAgo(row.created, view.scope.now) },
      ],
    }),
    pager(list.state, list.total, WORDS),
  ]
}

export function kindBadge({ builtIn }: RoleRow): Html {
  return builtIn ? badge('Built in', 'note') : badge('Own', 'off')
}

function countInWords(role: RoleRow): string {
  return isAdmin(role) ? 'All' : role.permissions.length.toLocaleString('en')
}

export function isAdmin({ displayName, builtIn }: RoleRow): boolean {
  return isAdminRole({ name: displayName, builtIn })
}

/** The one that every user holds. */
export function isEveryone(role: RoleRow): boolean {
  return role.builtIn && !isAdmin(role)
}
