import { html } from 'hono/html'
import type { Member } from '../../../directory/members/queries.ts'
import { button, type Content, hidden, type Html, tokenField } from '../../../html.ts'
import { badge, emptyState, panel } from '../../../html/parts.ts'
import { listHref, pager, searchBox, table } from '../../../html/table.ts'
import type { View } from '../../frame.ts'
import { type MemberList, MOST_CANDIDATES } from './read.ts'

/** What the members are called: users, groups, or either. */
export type MemberWords = { readonly one: string; readonly many: string; readonly find: string }

/** The members page by page, with a search among them and, for who may change them, a search for more. */
export function memberPanels(view: View, list: MemberList, words: MemberWords, isChangeable: boolean): Content {
  const isSearchable = list.total > 0 || list.state.q !== ''
  return [
    isChangeable ? panel({ title: `Add ${words.many}` }, addMembers(view, list, words)) : '',
    isSearchable ? html`<div class="bar">${searchBox(list.state, `Search in ${words.many}`)}</div>` : '',
    list.rows.length === 0
      ? panel({}, noMembers(list, words, isChangeable))
      : memberTable(view, list, words, isChangeable),
  ]
}

function addMembers(view: View, list: MemberList, words: MemberWords): Html {
  const { state, candidates } = list
  const wanted = state.filters?.add ?? ''
  const search = html`<form class="search" role="search" method="get" action="${state.path}">
    <label class="unseen" for="add">${words.find}</label>
    <input type="search" id="add" name="add" value="${wanted}" placeholder="${words.find}" />
    ${state.q === '' ? '' : hidden('q', state.q)}
    <button type="submit" class="button">Find</button>
  </form>`
  if (wanted === '') return search
  if (candidates.length === 0) {
    return html`${search}
      <p class="help">Nobody who could be added has “${wanted}” in the name.</p>`
  }
  return html`${search}
    <ul class="rows">
      ${candidates.map(
        (member) =>
          html`<li>
            <span class="what">${member.name}</span>${member.type === 'Group' ? badge('Group', 'note') : ''}
            ${memberButton(view, list, member, 'add')}
          </li>`,
      )}
    </ul>
    ${candidates.length < MOST_CANDIDATES ? '' : html`<p class="help">There may be more: type more of the name.</p>`}`
}

function memberButton(view: View, { state }: MemberList, member: Member, act: 'add' | 'remove'): Html {
  const label = html`${act === 'add' ? 'Add' : 'Remove'}<span class="unseen"> ${member.name}</span>`
  return html`<form class="inline" method="post" action="${listHref(state)}">
    ${tokenField(view.formToken)} ${hidden(act, member.id)}
    ${button({ label, kind: act === 'add' ? 'plain' : 'quiet' })}
  </form>`
}

function noMembers({ state, total }: MemberList, words: MemberWords, isChangeable: boolean): Html {
  if (total > 0) {
    return emptyState('Nothing on this page', html`<a href="${listHref(state, { page: 1 })}">Go to the first page.</a>`)
  }
  if (state.q !== '') {
    return emptyState(`No ${words.one} was found`, html`No name of a ${words.one} here contains “${state.q}”.`)
  }
  return emptyState(`No ${words.many} yet`, isChangeable ? `${words.find} above.` : 'None was added so far.')
}

function memberTable(view: View, list: MemberList, words: MemberWords, isChangeable: boolean): Content {
  const remove = {
    label: 'Remove',
    acts: true,
    cell: (row: Member) => memberButton(view, list, row, 'remove'),
  }
  return [
    table({
      caption: words.many,
      rows: list.rows,
      columns: [
        { label: 'Name', cell: (row) => html`<a href="${memberPath(view, row)}">${row.name}</a>` },
        ...(list.types.length > 1 ? [{ label: 'Type', cell: (row: Member) => row.type }] : []),
        ...(isChangeable ? [remove] : []),
      ],
    }),
    pager(list.state, list.total, words),
  ]
}

function memberPath(view: View, member: Member): string {
  return `${view.root}/${member.type === 'Group' ? 'groups' : 'users'}/${member.id}`
}
