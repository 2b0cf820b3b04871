import { html } from 'hono/html'
import type { GroupRow } from '../../directory/groups/queries.ts'
import { covers, type Permissions } from '../../directory/permissions.ts'
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
import { dated, timeAgo } from '../../html/time.ts'
import type { Draft } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { printsOf, typedOr } from '../users/attributes/fields.ts'
import { audienceInWords } from '../users/user-pages.ts'
import { memberPanels } from './members/pages.ts'
import type { MemberList } from './members/read.ts'
import { groupPath } from './pages.ts'
import type { GroupRole } from './queries.ts'

export type GroupTab = 'general' | 'members' | 'roles' | 'unknown-members'
const TABS: readonly (readonly [GroupTab, string])[] = [
  ['general', 'General'],
  ['members', 'Members'],
  ['roles', 'Roles'],
  ['unknown-members', 'Unknown members'],
]

/** A group, and whether whoever looks at it may change it: it may give more than she has. */
export type ShownGroup = { readonly group: GroupRow; readonly isChangeable: boolean }

export function shownGroup({ permissions }: View, group: GroupRow, granted: Permissions): ShownGroup {
  return { group, isChangeable: permissions.has('scim:write') && covers(permissions, granted) }
}

/** The frame of a group's pages. */
function groupPage(view: View, { group, isChangeable }: ShownGroup, tab: GroupTab, body: Content): Html {
  const isAbove = !isChangeable && view.permissions.has('scim:write')
  return consolePage(view, {
    section: 'groups',
    title: group.displayName,
    crumbs: [{ label: 'Groups', href: `${view.root}/groups` }],
    body: [
      pageTabs('Group', groupPath(view, group), TABS, tab),
      isAbove
        ? flash('This group gives permissions that you do not have, and cannot be changed by you.', 'warning')
        : '',
      body,
    ],
  })
}

export function generalPage(view: View, shown: ShownGroup, draft: Draft): Html {
  const { group, isChangeable } = shown
  const path = groupPath(view, group)
  const about = facts([
    ['External ID', !isChangeable && group.externalId && html`<code>${group.externalId}</code>`],
    ['Group ID', html`<code>${group.id}</code>`],
    ['Created', dated(group.created, view.scope.now)],
    ['Last changed', dated(group.lastModified, view.scope.now)],
  ])
  return groupPage(view, shown, 'general', [
    errorSummary(draft.errors),
    isChangeable ? panel({}, generalForm(view, group, draft)) : '',
    panel({ title: 'About' }, about),
    isChangeable
      ? panel(
          { title: 'Delete group', lead: 'Its members stay.', destroys: true },
          html`<div>${linkButton({ label: 'Delete group', href: `${path}/delete`, kind: 'danger' })}</div>`,
        )
      : '',
  ])
}

/** What the form of a group shows, by the names of its attributes. */
function groupFields(group: GroupRow): { displayName: string; externalId: string } {
  return { displayName: group.displayName, externalId: group.externalId ?? '' }
}

function generalForm(view: View, group: GroupRow, { values, errors }: Draft): Html {
  const now = groupFields(group)
  const shown = typedOr(now, values)
  const shared = (name: keyof typeof now) => ({
    name,
    value: shown[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  return html`<form method="post" action="${groupPath(view, group)}">
    ${tokenField(view.formToken)} ${hidden('version', group.version)}
    ${hidden('shown', printsOf(now, Object.keys(now)))}
    ${field({ ...shared('displayName'), label: 'Name', required: true })}
    ${field({ ...shared('externalId'), label: 'External ID', help: 'The id that a SCIM client has for the group.' })}
    ${button({ label: 'Update', kind: 'primary' })}
  </form>`
}

export function membersPage(view: View, shown: ShownGroup, list: MemberList, { errors }: Draft): Html {
  const words = { one: 'member', many: 'members', find: 'Find a user or group to add' }
  return groupPage(view, shown, 'members', [errorSummary(errors), memberPanels(view, list, words, shown.isChangeable)])
}

export function groupRolesPage(view: View, shown: ShownGroup, roles: readonly GroupRole[]): Html {
  const none = emptyState(
    'No roles',
    'Whoever is in this group holds no role by it. Roles have their groups on their own pages.',
    linkButton({ label: 'Go to Roles', href: `${view.root}/roles` }),
  )
  const list = table({
    caption: 'Roles',
    rows: roles,
    columns: [
      { label: 'Role', cell: (row) => html`<a href="${view.root}/roles/${row.id}">${row.name}</a>` },
      { label: 'Audience', cell: audienceInWords },
      { label: 'Held', cell: (row) => (row.isDirect ? 'By this group' : 'Through a group that this one is in') },
    ],
  })
  return groupPage(view, shown, 'roles', roles.length === 0 ? panel({}, none) : list)
}

export type UnknownMember = { readonly id: string; readonly client: string; readonly lastSeen: number }

export function unknownMembersPage(view: View, shown: ShownGroup, unknown: readonly UnknownMember[]): Html {
  const lead = `A client named members of this group that are neither users nor groups here. They were passed over, so
    that the others could be put in, and are in it as soon as the client names them again once they are here.`
  if (unknown.length === 0) {
    const words = 'Members that a SCIM client names and that are not here are listed here, with who named them.'
    return groupPage(view, shown, 'unknown-members', panel({}, emptyState('Nobody is missing', words)))
  }
  return groupPage(view, shown, 'unknown-members', [
    html`<p class="lead">${lead}</p>`,
    table({
      caption: 'Unknown members',
      rows: unknown,
      columns: [
        { label: 'ID', cell: (row) => html`<code>${row.id}</code>` },
        { label: 'Named by', cell: (row) => row.client },
        { label: 'Last named', cell: (row) => timeAgo(new Date(row.lastSeen), view.scope.now) },
      ],
    }),
    shown.isChangeable ? forgetForm(view, shown.group) : '',
  ])
}

function forgetForm(view: View, group: GroupRow): Html {
  return html`<form method="post" action="${groupPath(view, group)}/unknown-members">
    ${tokenField(view.formToken)} ${button({ label: 'Forget them' })}
    <p class="help">They come back to this list if a client names them again.</p>
  </form>`
}

/** What goes with a group. */
export type Losses = { readonly members: number; readonly roles: readonly GroupRole[] }

export function deleteGroupPage(view: View, group: GroupRow, { members, roles }: Losses, { errors }: Draft): Html {
  const path = groupPath(view, group)
  const given = roles.filter((role) => role.isDirect).map((role) => role.name)
  return consolePage(view, {
    section: 'groups',
    title: 'Delete group',
    crumbs: [
      { label: 'Groups', href: `${view.root}/groups` },
      { label: group.displayName, href: path },
    ],
    body: [
      errorSummary(errors),
      confirmation({
        question: `Delete ${group.displayName}?`,
        goes: [
          members > 0 &&
            `${members.toLocaleString('en')} ${members === 1 ? 'membership ends' : 'memberships end'}; the members themselves stay.`,
          given.length > 0 && `Its members no longer hold by it: ${given.join(', ')}.`,
          'Wherever the group was provisioned to, it is deleted too. This cannot be undone.',
        ],
        action: `${path}/delete`,
        cancel: path,
        label: 'Delete group',
        formToken: view.formToken,
      }),
    ],
  })
}
