import { html } from 'hono/html'
import { ALL_PERMISSIONS, covers } from '../../directory/permissions.ts'
import type { RoleRow } from '../../directory/roles/queries.ts'
import {
  button,
  type Content,
  errorOf,
  errorSummary,
  field,
  flash,
  hidden,
  type Html,
  linkButton,
  tokenField,
} from '../../html.ts'
import { confirmation, emptyState, facts, pageTabs, panel } from '../../html/parts.ts'
import { table } from '../../html/table.ts'
import { dated } from '../../html/time.ts'
import { type Draft, valueOf, valuesOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { memberPanels } from '../groups/members/pages.ts'
import type { MemberList } from '../groups/members/read.ts'
import { audienceInWords } from '../users/user-pages.ts'
import { isAdmin, isEveryone, kindBadge, rolePath } from './pages.ts'
import { permissionBoxes, permissionInWords, permissionLines } from './permission-fields.ts'

export type RoleTab = 'general' | 'permissions' | 'users' | 'groups'
const TABS: readonly (readonly [RoleTab, string])[] = [
  ['general', 'General'],
  ['permissions', 'Permissions'],
  ['users', 'Users'],
  ['groups', 'Groups'],
]

/** A role, and what whoever looks at it may change: who holds it; and the role itself, unless it is built in. */
export type ShownRole = { readonly role: RoleRow; readonly givesChangeable: boolean; readonly isChangeable: boolean }

export function shownRole({ permissions }: View, role: RoleRow): ShownRole {
  const granted = isAdmin(role) ? ALL_PERMISSIONS : new Set(role.permissions)
  const mayWrite = permissions.has('roles:write') && (role.audience !== '' || covers(permissions, granted))
  return { role, givesChangeable: mayWrite && !isEveryone(role), isChangeable: mayWrite && !role.builtIn }
}

/** The frame of a role's pages. */
function rolePage(view: View, shown: ShownRole, tab: RoleTab, body: Content): Html {
  const { role } = shown
  return consolePage(view, {
    section: 'roles',
    title: role.displayName,
    crumbs: [{ label: 'Roles', href: `${view.root}/roles` }],
    lead: [kindBadge(role), ` ${audienceInWords(role)}`],
    body: [pageTabs('Role', rolePath(view, role), TABS, tab), noteOn(view, shown), body],
  })
}

/** Why something about the role cannot be changed. */
function noteOn(view: View, { role, givesChangeable }: ShownRole): Content {
  const note = (words: string) => html`<p class="lead">${words}</p>`
  if (isEveryone(role)) return note('Every user holds this role. It is built in: nothing about it can be changed.')
  if (!givesChangeable && view.permissions.has('roles:write')) {
    return flash('This role permits more than you may do, and cannot be changed by you.', 'warning')
  }
  if (isAdmin(role)) return note('It is built in: who holds it can be changed, and nothing else about it.')
  return ''
}

export function generalPage(view: View, shown: ShownRole, draft: Draft): Html {
  const { role, isChangeable } = shown
  const { now } = view.scope
  const about = facts([
    ['Audience', audienceInWords(role)],
    ['Role ID', html`<code>${role.id}</code>`],
    ['Created', dated(role.created, now)],
    ['Last changed', dated(role.lastModified, now)],
  ])
  return rolePage(view, shown, 'general', [
    errorSummary(draft.errors),
    isChangeable ? panel({}, nameForm(view, role, draft)) : '',
    panel({ title: 'About' }, about),
    isChangeable ? deletePanel(view, role) : '',
  ])
}

function nameForm(view: View, role: RoleRow, { values, errors }: Draft): Html {
  return html`<form method="post" action="${rolePath(view, role)}">
    ${tokenField(view.formToken)} ${hidden('version', role.version)}
    ${field({
      name: 'displayName',
      label: 'Name',
      required: true,
      value: valueOf(values, 'displayName') ?? role.displayName,
      error: errorOf(errors, 'displayName'),
      autocomplete: 'off',
    })}
    ${button({ label: 'Update', kind: 'primary' })}
  </form>`
}

function deletePanel(view: View, role: RoleRow): Html {
  const remove = linkButton({ label: 'Delete role', href: `${rolePath(view, role)}/delete`, kind: 'danger' })
  return panel(
    { title: 'Delete role', lead: 'Nobody holds it afterwards. Users and groups stay.', destroys: true },
    html`<div>${remove}</div>`,
  )
}

export function permissionsPage(view: View, shown: ShownRole, draft: Draft): Html {
  return rolePage(view, shown, 'permissions', [
    errorSummary(draft.errors),
    shown.isChangeable ? panel({}, permissionsForm(view, shown.role, draft)) : permissionTable(shown.role),
  ])
}

function permissionsForm(view: View, role: RoleRow, { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const error = errorOf(errors, 'permissions')
  const fields =
    role.audience === ''
      ? permissionBoxes(view, isDraft ? valuesOf(values, 'permissions') : role.permissions, error)
      : permissionLines(isDraft ? (valueOf(values, 'permissions') ?? '') : role.permissions.join('\n'), error)
  return html`<form method="post" action="${rolePath(view, role)}/permissions">
    ${tokenField(view.formToken)} ${hidden('version', role.version)} ${fields}
    ${button({ label: 'Update', kind: 'primary' })}
  </form>`
}

function permissionTable(role: RoleRow): Html {
  const permissions = isAdmin(role) ? [...ALL_PERMISSIONS] : role.permissions
  if (permissions.length === 0) return panel({}, emptyState('No permissions', 'This role permits nothing by itself.'))
  return table({
    caption: 'Permissions',
    rows: permissions,
    columns: [
      { label: 'Permission', cell: (name) => html`<code>${name}</code>` },
      { label: 'What it permits', cell: permissionInWords },
    ],
  })
}

const HOLDERS = {
  users: { one: 'user', many: 'users', find: 'Find a user to give the role' },
  groups: { one: 'group', many: 'groups', find: 'Find a group to give the role' },
} as const
export type Holders = keyof typeof HOLDERS

export function holdersPage(view: View, shown: ShownRole, holders: Holders, list: MemberList, { errors }: Draft): Html {
  return rolePage(view, shown, holders, [
    errorSummary(errors),
    memberPanels(view, list, HOLDERS[holders], shown.givesChangeable),
  ])
}

/** The role that needs no list of who holds it. */
export function everyonePage(view: View, shown: ShownRole, holders: Holders, users: number, { errors }: Draft): Html {
  const words = html`Held by all <a href="${view.root}/users">${users.toLocaleString('en')} users</a>.`
  return rolePage(view, shown, holders, [errorSummary(errors), panel({}, html`<p>${words}</p>`)])
}

/** What goes with a role, and the connections that keep it from going. */
export type Losses = { readonly users: number; readonly groups: number; readonly connections: readonly string[] }

export function deleteRolePage(view: View, role: RoleRow, losses: Losses, { errors }: Draft): Html {
  const path = rolePath(view, role)
  const isUsed = losses.connections.length > 0
  return consolePage(view, {
    section: 'roles',
    title: 'Delete role',
    crumbs: [
      { label: 'Roles', href: `${view.root}/roles` },
      { label: role.displayName, href: path },
    ],
    body: [errorSummary(errors), isUsed ? usedPanel(view, role, losses) : deleteConfirmation(view, role, losses)],
  })
}

function usedPanel(view: View, role: RoleRow, { connections }: Losses): Html {
  return panel(
    { title: 'This role is in use' },
    html`<p>It chooses who is provisioned through ${connections.join(', ')}. Take it out there first.</p>
      <div class="buttons">
        ${view.permissions.has('connections:read') ? linkButton({ label: 'Go to Connections', href: `${view.root}/connections` }) : ''}
        ${linkButton({ label: 'Back', href: rolePath(view, role) })}
      </div>`,
  )
}

function deleteConfirmation(view: View, role: RoleRow, { users, groups }: Losses): Html {
  const counted = (count: number, one: string) => `${count.toLocaleString('en')} ${count === 1 ? one : `${one}s`}`
  return confirmation({
    question: `Delete ${role.displayName}?`,
    goes: [
      users + groups === 0
        ? 'Nobody holds it.'
        : `${counted(users, 'user')} and ${counted(groups, 'group')} hold it no longer; they themselves stay.`,
      role.permissions.length > 0 &&
        `What it permits, nobody may do by it any more: ${role.permissions.slice(0, 20).join(', ')}.`,
      'This cannot be undone.',
    ],
    action: `${rolePath(view, role)}/delete`,
    cancel: rolePath(view, role),
    label: 'Delete role',
    formToken: view.formToken,
  })
}
