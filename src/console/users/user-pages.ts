import { html } from 'hono/html'
import { covers, permissionsOf } from '../../directory/permissions.ts'
import type { LinkedUser, UserRow } from '../../directory/users/queries.ts'
import type { UserLinks } from '../../directory/users/resource.ts'
import {
  button,
  type Content,
  errorOf,
  errorSummary,
  field,
  hidden,
  flash,
  type Html,
  linkButton,
  tokenField,
} from '../../html.ts'
import { badge, confirmation, emptyState, panel, pageTabs } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import type { Draft } from '../form.ts'
import type { ActiveSession } from '../../session/queries.ts'
import { consolePage, type View } from '../frame.ts'
import { statusBadge } from './pages.ts'

export type UserTab = 'profile' | 'attributes' | 'groups' | 'roles' | 'factors' | 'sessions'
const TABS: readonly (readonly [UserTab, string])[] = [
  ['profile', 'Profile'],
  ['attributes', 'All attributes'],
  ['groups', 'Groups'],
  ['roles', 'Roles'],
  ['factors', 'Sign-in Factors'],
  ['sessions', 'Active Sessions'],
]

/** A user, and whether whoever looks at her may change her. */
export type Shown = { readonly user: UserRow; readonly links: UserLinks; readonly isChangeable: boolean }

export function shownUser({ permissions }: View, { row, links }: LinkedUser): Shown {
  return {
    user: row,
    links,
    isChangeable: permissions.has('scim:write') && covers(permissions, permissionsOf(links.roles)),
  }
}

/** The frame of a user's pages: her name, her tabs. */
export function userPage(view: View, { user, isChangeable }: Shown, tab: UserTab, body: Content): Html {
  const isAbove = !isChangeable && view.permissions.has('scim:write')
  return consolePage(view, {
    section: 'users',
    title: user.displayName ?? user.userName,
    crumbs: [{ label: 'Users', href: `${view.root}/users` }],
    lead: [user.displayName === null ? '' : `${user.userName} · `, statusBadge(user.active)],
    body: [
      pageTabs('User', userPath(view, user), TABS, tab),
      isAbove ? flash('This user may do more here than you, and cannot be changed by you.', 'warning') : '',
      body,
    ],
  })
}

export function userPath(view: View, user: { readonly id: string }): string {
  return `${view.root}/users/${user.id}`
}

export function isSelf(view: View, user: { readonly id: string }): boolean {
  return view.administrator.id === user.id
}

/** By the id of a group or a role: the names of the connections that gave it. */
export type Grants = ReadonlyMap<string, readonly string[]>

function grantColumn(grants: Grants) {
  const cell = ({ id }: { readonly id: string }) => grants.get(id)?.map((name) => badge(`From ${name}`, 'note')) ?? ''
  return grants.size > 0 ? [{ label: 'Given by', cell }] : []
}

export function userGroupsPage(view: View, shown: Shown, grants: Grants): Html {
  const { groups } = shown.links
  const none = emptyState(
    'In no group',
    'Groups have their members on their own pages.',
    linkButton({ label: 'Go to Groups', href: `${view.root}/groups` }),
  )
  const list = table({
    caption: 'Groups',
    rows: groups,
    columns: [
      { label: 'Group', cell: (row) => html`<a href="${view.root}/groups/${row.id}">${row.displayName}</a>` },
      { label: 'Member', cell: (row) => (row.isDirect ? 'Directly' : 'Through a group that is in it') },
      ...grantColumn(grants),
    ],
  })
  return userPage(view, shown, 'groups', groups.length === 0 ? panel({}, none) : list)
}

export function userRolesPage(view: View, shown: Shown, grants: Grants): Html {
  const list = table({
    caption: 'Roles',
    rows: shown.links.roles,
    columns: [
      { label: 'Role', cell: (row) => html`<a href="${view.root}/roles/${row.id}">${row.name}</a>` },
      { label: 'Audience', cell: (row) => audienceInWords(row) },
      ...grantColumn(grants),
    ],
  })
  return userPage(view, shown, 'roles', list)
}

/** Where a role counts. */
export function audienceInWords(role: { readonly audience: string; readonly audienceName: string | null }): string {
  if (role.audience === '') return 'Organization'
  return role.audienceName ?? 'A deleted application'
}

export function userSessionsPage(
  view: View,
  shown: Shown,
  sessions: readonly ActiveSession[],
  connections: ReadonlyMap<string, string>,
): Html {
  if (sessions.length === 0) {
    const none = emptyState('Not signed in', 'No browser has a session of this user.')
    return userPage(view, shown, 'sessions', panel({}, none))
  }
  const { now } = view.scope
  return userPage(view, shown, 'sessions', [
    table({
      caption: 'Active sessions',
      rows: sessions,
      columns: [
        { label: 'Signed in', cell: (row) => timeAgo(row.authenticatedAt, now) },
        {
          label: 'With',
          cell: (row) => stepsInWords(row, connections),
        },
        { label: 'Last used', cell: (row) => timeAgo(row.lastUsedAt, now) },
        { label: 'Ends', cell: (row) => timeAgo(row.expiresAt, now) },
        { label: 'Browser', cell: (row) => row.userAgent ?? 'Not told' },
        ...(shown.isChangeable
          ? [{ label: '', cell: (row: ActiveSession) => endSessionForm(view, shown.user, row) }]
          : []),
      ],
    }),
    shown.isChangeable
      ? html`<form method="post" action="${userPath(view, shown.user)}/sessions">
          ${tokenField(view.formToken)} ${button({ label: 'Sign out everywhere', kind: 'danger' })}
        </form>`
      : '',
  ])
}

function endSessionForm(view: View, user: UserRow, { sid, userAgent }: ActiveSession): Html {
  return html`<form class="inline" method="post" action="${userPath(view, user)}/sessions">
    ${tokenField(view.formToken)} ${hidden('end', sid)}
    ${button({ label: html`Sign out<span class="unseen"> ${userAgent ?? ''}</span>` })}
  </form>`
}

const STEPS: Readonly<Record<string, string>> = {
  pwd: 'Password',
  passkey: 'Passkey',
  totp: 'Authenticator app',
  recovery: 'Recovery code',
}

/** Every step of a sign-in; sessions of before know of the first alone. */
function stepsInWords({ method, methods }: ActiveSession, connections: ReadonlyMap<string, string>): string {
  const all = methods.length > 0 ? methods : [method]
  return all.map((one) => STEPS[one] ?? connections.get(one) ?? 'A deleted connection').join(', ')
}

export function passwordPage(view: View, user: UserRow, { errors }: Draft, passwordRules: string): Html {
  return consolePage(view, {
    section: 'users',
    title: 'Reset password',
    crumbs: [
      { label: 'Users', href: `${view.root}/users` },
      { label: user.displayName ?? user.userName, href: userPath(view, user) },
    ],
    body: html`${errorSummary(errors)}
      <section class="panel">
        <form method="post" action="${userPath(view, user)}/password">
          ${tokenField(view.formToken)}
          ${field({ name: 'password', label: 'New password', type: 'password', required: true, autocomplete: 'new-password', help: passwordRules, error: errorOf(errors, 'password'), autofocus: errors.length === 0 })}
          <p class="help">
            ${isSelf(view, user) ? 'You are signed out everywhere but here' : 'The user is signed out everywhere'}, and
            so are the applications: their refresh tokens end.
          </p>
          <div class="buttons">
            ${button({ label: 'Set password', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: userPath(view, user) })}
          </div>
        </form>
      </section>`,
  })
}

export function deleteUserPage(view: View, { user, links }: Shown, { errors }: Draft): Html {
  const path = userPath(view, user)
  return consolePage(view, {
    section: 'users',
    title: 'Delete user',
    crumbs: [
      { label: 'Users', href: `${view.root}/users` },
      { label: user.displayName ?? user.userName, href: path },
    ],
    body: [
      errorSummary(errors),
      confirmation({
        question: `Delete ${user.userName}?`,
        goes: [
          'The profile, the password, every session and every linked account are deleted. This cannot be undone.',
          links.groups.length > 0 && `Memberships end: ${links.groups.map((group) => group.displayName).join(', ')}.`,
          'Wherever the account was provisioned to, it is deleted too.',
        ],
        action: `${path}/delete`,
        cancel: path,
        label: 'Delete user',
        formToken: view.formToken,
      }),
    ],
  })
}
