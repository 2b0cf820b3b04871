import { html } from 'hono/html'
import type { DecisionRow } from '../../federation/decision/log/queries.ts'
import { explain } from '../../federation/decision/log/explain.ts'
import { button, type Content, errorOf, field, type Html, linkButton } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { codeBlock, emptyState, facts, panel } from '../../html/parts.ts'
import { listHref, type ListState, table } from '../../html/table.ts'
import { dated, timeAgo } from '../../html/time.ts'
import type { FieldError } from '../../core/errors.ts'
import { mayOpen } from '../changes.ts'
import { consolePage, type View } from '../frame.ts'
import { DECISION_KINDS, decisionBadge, DECISIONS } from './words.ts'

type Named = { readonly id: string; readonly name: string }

export type DecisionList = {
  readonly state: ListState
  readonly rows: readonly DecisionRow[]
  /** Whether there are older ones. */
  readonly isMore: boolean
  readonly connections: readonly Named[]
  /** What makes no sense in the search; nothing is found then. */
  readonly errors: readonly FieldError[]
}

export function decisionsPath(view: View): string {
  return `${view.root}/sign-in-decisions`
}

export function decisionsPage(view: View, list: DecisionList): Html {
  return consolePage(view, {
    section: 'sign-in-decisions',
    title: 'Sign-in decisions',
    lead: 'What became of people who came from providers, and why. The newest first.',
    body: [searchForm(list), decisionRows(view, list)],
  })
}

/** A form that only reads, so that what it finds has an address of its own. */
function searchForm({ state, connections, errors }: DecisionList): Html {
  const { filters = {} } = state
  const kinds = DECISION_KINDS.map((kind) => ({ value: kind, label: DECISIONS[kind].label }))
  const choices = connections.map(({ id, name }) => ({ value: id, label: name }))
  return html`<form class="bar log-search" role="search" method="get" action="${state.path}">
    ${select({ name: 'connection', label: 'Connection', empty: 'All', choices, value: filters.connection })}
    ${select({ name: 'decision', label: 'Decision', empty: 'All', choices: kinds, value: filters.decision })}
    ${field({ name: 'user', label: 'User', placeholder: 'User name or ID', value: filters.user, maxlength: 400, error: errorOf(errors, 'user') })}
    ${button({ label: 'Search' })}
  </form>`
}

/** The list itself, which stands on the tab of a connection as well. */
export function decisionRows(view: View, list: DecisionList): Content {
  return [list.rows.length === 0 ? panel({}, noDecisions(list)) : decisionTable(view, list.rows), olderAndNewer(list)]
}

function decisionTable(view: View, rows: readonly DecisionRow[]): Html {
  return table({
    caption: 'Sign-in decisions',
    rows,
    columns: [
      {
        label: 'Person',
        cell: (row) => html`<a href="${decisionsPath(view)}/${row.id}">${row.display ?? row.subject}</a>`,
      },
      { label: 'Decision', cell: (row) => decisionBadge(row.decision) },
      { label: 'Why', cell: (row) => explain(row) },
      { label: 'Connection', cell: (row) => row.connection },
      { label: 'When', cell: (row) => timeAgo(row.at, view.scope.now) },
    ],
  })
}

function noDecisions({ state, errors }: DecisionList): Html {
  const isSearched = Object.values(state.filters ?? {}).some((value) => value !== '')
  if (!isSearched) {
    return emptyState(
      'Nobody has come yet',
      'Whoever comes back from a provider is listed here, with what was decided and why.',
    )
  }
  return emptyState(
    'Nothing here',
    errors.length > 0 ? 'There is no user of this name.' : 'No decision is like that.',
    linkButton({ label: 'Show all decisions', href: state.path }),
  )
}

function olderAndNewer({ state, rows, isMore }: DecisionList): Content {
  const last = rows.at(-1)
  const { after = '', ...searched } = state.filters ?? {}
  if (after === '' && !isMore) return ''
  const href = (place: string) => listHref(state, { filters: { ...searched, after: place } })
  return html`<nav class="pager" aria-label="Pages">
    <span class="buttons">
      ${after === '' ? '' : linkButton({ label: 'Newest', href: href('') })}
      ${isMore && last ? linkButton({ label: 'Older', href: href(last.id) }) : ''}
    </span>
  </nav>`
}

/** `userName` is that of the user whom it is about, if she is there still. */
export function decisionPage(view: View, row: DecisionRow, userName: string | undefined): Html {
  const kind = DECISION_KINDS.find((one) => one === row.decision)
  return consolePage(view, {
    section: 'sign-in-decisions',
    title: row.display ?? row.subject,
    crumbs: [{ label: 'Sign-in decisions', href: decisionsPath(view) }],
    lead: [decisionBadge(row.decision), ' ', kind ? DECISIONS[kind].words : ''],
    body: [
      panel({ title: 'Why' }, html`<p>${explain(row)}</p>`),
      panel(
        { title: 'Who came' },
        facts([
          ['When', dated(row.at, view.scope.now)],
          ['Connection', linkTo(view, `${view.root}/connections/${row.connectionId}`, row.connection)],
          ['User', userCell(view, row, userName)],
          ['Called there', row.display],
          ['Subject', html`<code>${row.subject}</code>`],
          ['Issuer', html`<code>${row.issuer}</code>`],
          ['Reason', html`<code>${row.reason}</code>`],
          ['Request ID', row.requestId && codeBlock('request-id', row.requestId)],
        ]),
      ),
      Object.keys(row.details).length === 0
        ? ''
        : panel(
            { title: 'What it was decided by' },
            html`<pre class="shown" tabindex="0">${JSON.stringify(row.details, undefined, 2)}</pre>`,
          ),
    ],
  })
}

function userCell(view: View, { userId }: DecisionRow, userName: string | undefined): Content {
  if (userId === null) return ''
  if (userName === undefined) return html`<code>${userId}</code> (not here any more)`
  return linkTo(view, `${view.root}/users/${userId}`, userName)
}

function linkTo(view: View, href: string, words: string): Content {
  return mayOpen(view, href) ? html`<a href="${href}">${words}</a>` : words
}
