import { html } from 'hono/html'
import { PRESET_NAMES } from '../../connections/authenticator/settings.ts'
import { PRESETS } from '../../connections/presets/presets.ts'
import type { ConnectionRow, ConnectorRow } from '../../connections/queries.ts'
import { type Content, type Html, linkButton } from '../../html.ts'
import { badge, cardLinks, emptyState, panel } from '../../html/parts.ts'
import { type ListState, pager, searchBox, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { changeLink } from '../changes.ts'
import { consolePage, type View } from '../frame.ts'
import { PRESET_LINES } from './presets/words.ts'

export type ConnectionList = {
  readonly state: ListState
  readonly total: number
  readonly rows: readonly ConnectionRow[]
  /** The connectors of all rows. */
  readonly connectors: readonly ConnectorRow[]
}

export const KINDS = { custom: 'Custom Connector', 'standard-based': 'Standard-Based IdP' } as const

/** What a connection was made from. */
export function kindOf({ template, authenticator }: ConnectionRow): string {
  return authenticator?.preset === undefined ? KINDS[template] : PRESETS[authenticator.preset].label
}

export function connectionsPage(view: View, list: ConnectionList): Html {
  return consolePage(view, {
    section: 'connections',
    title: 'Connections',
    lead: 'Other systems: those that people sign in with, and those that users and groups are provisioned to.',
    action: changeLink(view, { label: 'New Connection', href: `${view.root}/connections/new`, kind: 'primary' }),
    body: [html`<div class="bar">${searchBox(list.state, 'Search by name')}</div>`, connectionTable(view, list)],
  })
}

function connectionTable(view: View, list: ConnectionList): Content {
  if (list.rows.length === 0) return panel({}, noConnections(view, list))
  return [
    table({
      caption: 'Connections',
      state: list.state,
      rows: list.rows,
      columns: [
        { label: 'Name', sort: 'name', cell: (row) => nameCell(view, row) },
        { label: 'Kind', cell: kindOf },
        { label: 'Sign-in', cell: (row) => (row.authenticator ? badge('OpenID Connect', 'note') : '') },
        { label: 'Just in time', cell: (row) => (row.jit.enabled ? badge('On', 'good') : '') },
        {
          label: 'Outbound',
          cell: (row) => outboundBadge(list.connectors.filter((one) => one.connectionId === row.id)),
        },
        { label: 'Created', cell: (row) => timeAgo(row.created, view.scope.now) },
      ],
    }),
    pager(list.state, list.total, { one: 'connection', many: 'connections' }),
  ]
}

function nameCell(view: View, row: ConnectionRow): Content {
  const link = html`<a href="${view.root}/connections/${row.id}">${row.name}</a>`
  return row.description === null ? link : html`${link}<span class="sub">${row.description}</span>`
}

function outboundBadge(connectors: readonly ConnectorRow[]): Content {
  if (connectors.length === 0) return ''
  const enabled = connectors.filter((one) => one.enabled).length
  if (enabled === 0) return badge('Disabled', 'off')
  return badge(connectors.length === 1 ? 'Enabled' : `${enabled} of ${connectors.length} enabled`, 'good')
}

function noConnections(view: View, { state, total }: ConnectionList): Html {
  if (state.q !== '') {
    return emptyState(
      'No connection was found',
      html`No name contains “${state.q}”.`,
      linkButton({ label: 'Show all connections', href: state.path }),
    )
  }
  if (total > 0) return emptyState('Nothing on this page', html`<a href="${state.path}">Go to the first page.</a>`)
  const words = 'Add a system that your people sign in with, or one that their accounts are to be provisioned to.'
  return emptyState(
    'No connections yet',
    words,
    changeLink(view, { label: 'New Connection', href: `${view.root}/connections/new` }),
  )
}

export function templatesPage(view: View): Html {
  const path = `${view.root}/connections/new`
  return consolePage(view, {
    section: 'connections',
    title: 'New Connection',
    crumbs: [{ label: 'Connections', href: `${view.root}/connections` }],
    lead: 'Choose what the new connection starts from. Each can be extended to do what the other does.',
    body: [
      cardLinks([
        {
          title: KINDS.custom,
          href: `${path}/custom`,
          words:
            'Create a new Connection with minimum configurations. For systems that users and groups are provisioned to.',
        },
        {
          title: KINDS['standard-based'],
          href: `${path}/standard-based`,
          words: 'Let people sign in with their account at an OpenID Connect provider, and provision them on arrival.',
        },
      ]),
      html`<h2>Known providers</h2>`,
      cardLinks(
        PRESET_NAMES.map((preset) => ({
          title: PRESETS[preset].label,
          href: `${path}/${preset}`,
          words: PRESET_LINES[preset],
        })),
      ),
    ],
  })
}
