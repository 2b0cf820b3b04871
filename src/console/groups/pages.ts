import { html } from 'hono/html'
import type { GroupRow } from '../../directory/groups/queries.ts'
import type { Member } from '../../directory/members/queries.ts'
import {
  button,
  type Content,
  errorOf,
  errorSummary,
  field,
  hidden,
  type Html,
  linkButton,
  tokenField,
} from '../../html.ts'
import { badge, confirmation, emptyState, panel, pageTabs } from '../../html/parts.ts'
import { type ListState, pager, searchBox, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'

export type GroupList = {
  readonly state: ListState
  readonly total: number
  readonly rows: readonly GroupRow[]
  /** How many members each has, by group id. */
  readonly members: ReadonlyMap<string, number>
}

export function groupPath(view: View, group: { readonly id: string }): string {
  return `${view.root}/groups/${group.id}`
}

export function groupsPage(view: View, list: GroupList): Html {
  return consolePage(view, {
    section: 'groups',
    title: 'Groups',
    lead: 'Users, and groups of them, under one name. Groups are provisioned to connectors with a group endpoint.',
    action: linkButton({ label: 'New Group', href: `${view.root}/groups/new`, kind: 'primary' }),
    body: [html`<div class="bar">${searchBox(list.state, 'Search by name')}</div>`, groupTable(view, list)],
  })
}

function groupTable(view: View, list: GroupList): Content {
  if (list.rows.length === 0) return panel({}, noGroups(view, list.state))
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
        { label: 'Created', sort: 'created', cell: (row) => timeAgo(row.created, view.scope.now) },
      ],
    }),
    pager(list.state, list.total, { one: 'group', many: 'groups' }),
  ]
}

function noGroups(view: View, { q, path }: ListState): Html {
  if (q !== '') {
    return emptyState(
      'No group was found',
      html`No name contains “${q}”.`,
      linkButton({ label: 'Show all groups', href: path }),
    )
  }
  const words = 'A group gathers users, so that they can be given something together and be provisioned as one.'
  return emptyState('No groups yet', words, linkButton({ label: 'New Group', href: `${view.root}/groups/new` }))
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

const TABS = [
  ['members', 'Members'],
  ['general', 'General'],
] as const

/** The frame of a group's pages. */
function groupPage(view: View, group: GroupRow, tab: 'members' | 'general', body: Content): Html {
  const path = groupPath(view, group)
  return consolePage(view, {
    section: 'groups',
    title: group.displayName,
    crumbs: [{ label: 'Groups', href: `${view.root}/groups` }],
    body: [pageTabs('Group', path, TABS, tab), body],
  })
}

export type MemberList = {
  readonly state: ListState
  readonly total: number
  readonly rows: readonly Member[]
  /** What was searched for to be added, and what was found. */
  readonly wanted: string
  readonly candidates: readonly Member[]
}

export function membersPage(view: View, group: GroupRow, list: MemberList): Html {
  return groupPage(view, group, 'members', [
    panel({ title: 'Add members' }, addMembers(view, group, list)),
    list.total > 0 || list.state.q !== ''
      ? html`<div class="bar">${searchBox(list.state, 'Search in members')}</div>`
      : '',
    memberTable(view, group, list),
  ])
}

function addMembers(view: View, group: GroupRow, { wanted, candidates }: MemberList): Html {
  const search = html`<form class="search" role="search" method="get" action="${groupPath(view, group)}">
    <label class="unseen" for="add">Find a user or group to add</label>
    <input type="search" id="add" name="add" value="${wanted}" placeholder="Find a user or group to add" />
    <button type="submit" class="button">Find</button>
  </form>`
  if (wanted === '') return search
  if (candidates.length === 0)
    return html`${search}
      <p class="help">Nobody outside of this group has “${wanted}” in the name.</p>`
  return html`${search}
    <ul class="rows">
      ${candidates.map(
        (member) =>
          html`<li>
            <span class="what">${member.name}</span>${kindOf(member)} ${memberButton(view, group, member, 'add')}
          </li>`,
      )}
    </ul>`
}

function kindOf(member: Member): Html | '' {
  return member.type === 'Group' ? badge('Group', 'note') : ''
}

function memberButton(view: View, group: GroupRow, member: Member, act: 'add' | 'remove'): Html {
  const label = html`${act === 'add' ? 'Add' : 'Remove'}<span class="unseen"> ${member.name}</span>`
  return html`<form class="inline" method="post" action="${groupPath(view, group)}/members">
    ${tokenField(view.formToken)} ${hidden(act, member.id)}
    ${button({ label, kind: act === 'add' ? 'plain' : 'quiet' })}
  </form>`
}

function memberTable(view: View, group: GroupRow, list: MemberList): Content {
  if (list.rows.length === 0) {
    const isSearch = list.state.q !== ''
    const words = isSearch ? html`No member’s name contains “${list.state.q}”.` : 'Find users above to add them.'
    return panel({}, emptyState(isSearch ? 'No member was found' : 'No members yet', words))
  }
  return [
    table({
      caption: 'Members',
      rows: list.rows,
      columns: [
        { label: 'Name', cell: (row) => html`<a href="${memberPath(view, row)}">${row.name}</a>` },
        { label: 'Kind', cell: (row) => row.type },
        { label: 'Remove', acts: true, cell: (row) => memberButton(view, group, row, 'remove') },
      ],
    }),
    pager(list.state, list.total, { one: 'member', many: 'members' }),
  ]
}

function memberPath(view: View, member: Member): string {
  return `${view.root}/${member.type === 'Group' ? 'groups' : 'users'}/${member.id}`
}

export function groupGeneralPage(view: View, group: GroupRow, { values, errors }: Draft): Html {
  const path = groupPath(view, group)
  return groupPage(view, group, 'general', [
    errorSummary(errors),
    panel(
      {},
      html`<form method="post" action="${path}/general">
        ${tokenField(view.formToken)} ${hidden('version', group.version)}
        ${field({
          name: 'displayName',
          label: 'Name',
          required: true,
          value: valueOf(values, 'displayName') ?? group.displayName,
          error: errorOf(errors, 'displayName'),
          autocomplete: 'off',
        })}
        ${button({ label: 'Update', kind: 'primary' })}
      </form>`,
    ),
    panel(
      { title: 'Delete group', lead: 'Its members stay.', destroys: true },
      html`<div>${linkButton({ label: 'Delete group', href: `${path}/delete`, kind: 'danger' })}</div>`,
    ),
  ])
}

export function deleteGroupPage(view: View, group: GroupRow, members: number): Html {
  const path = groupPath(view, group)
  return consolePage(view, {
    section: 'groups',
    title: 'Delete group',
    crumbs: [
      { label: 'Groups', href: `${view.root}/groups` },
      { label: group.displayName, href: path },
    ],
    body: confirmation({
      question: `Delete ${group.displayName}?`,
      goes: [
        `Its ${members.toLocaleString('en')} ${members === 1 ? 'membership ends' : 'memberships end'}; the members themselves stay.`,
        'Wherever the group was provisioned to, it is deleted too. This cannot be undone.',
      ],
      action: `${path}/delete`,
      cancel: path,
      label: 'Delete group',
      formToken: view.formToken,
    }),
  })
}
