import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../connections/queries.ts'
import { type Content, errorSummary, type Html, linkButton } from '../../html.ts'
import { codeBlock, confirmation, facts, panel, pageTabs } from '../../html/parts.ts'
import { dated } from '../../html/time.ts'
import { changeForm, mayChange, readOnlyNote } from '../changes.ts'
import { type Draft, drawnFrom } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { nameAndDescription } from '../name-fields.ts'
import { kindOf } from './pages.ts'
import { testButtons } from './trial/button.ts'

export type ConnectionTab =
  'general' | 'settings' | 'attributes' | 'groups' | 'outbound' | 'jit' | 'decisions' | 'advanced'
const TABS: readonly (readonly [ConnectionTab, string])[] = [
  ['general', 'General'],
  ['settings', 'Settings'],
  ['attributes', 'Attributes'],
  ['groups', 'Groups'],
  ['outbound', 'Outbound Provisioning'],
  ['jit', 'Just-in-Time Provisioning'],
  ['decisions', 'Sign-ins'],
  ['advanced', 'Advanced'],
]

type Named = { readonly id: string; readonly name: string }

export function connectionPath(view: View, connection: { readonly id: string }): string {
  return `${view.root}/connections/${connection.id}`
}

/** The way back up from a page that lies behind a tab of a connection. */
export function connectionCrumbs(
  view: View,
  connection: Named,
  tab?: { readonly label: string; readonly path: string },
) {
  const path = connectionPath(view, connection)
  const list = [
    { label: 'Connections', href: `${view.root}/connections` },
    { label: connection.name, href: path },
  ]
  return tab ? [...list, { label: tab.label, href: path + tab.path }] : list
}

/** The frame of a connection's pages: its name, its tabs. */
export function connectionPage(view: View, connection: ConnectionRow, tab: ConnectionTab, body: Content): Html {
  const path = connectionPath(view, connection)
  return consolePage(view, {
    section: 'connections',
    title: connection.name,
    crumbs: [{ label: 'Connections', href: `${view.root}/connections` }],
    lead: connection.description ?? kindOf(connection),
    action: testButtons(view, connection),
    body: [pageTabs('Connection', path, TABS, tab), readOnlyNote(view, path), body],
  })
}

export function generalPage(view: View, connection: ConnectionRow, draft: Draft): Html {
  const path = connectionPath(view, connection)
  return connectionPage(view, connection, 'general', [
    errorSummary(draft.errors),
    panel({}, changeForm(view, path, [drawnFrom(connection), nameAndDescription(connection, draft)])),
    mayChange(view, path)
      ? panel(
          {
            title: 'Delete connection',
            lead: 'With its connectors and its linked accounts. Users stay.',
            destroys: true,
          },
          html`<div>${linkButton({ label: 'Delete connection', href: `${path}/delete`, kind: 'danger' })}</div>`,
        )
      : '',
  ])
}

export function advancedPage(view: View, connection: ConnectionRow): Html {
  const { now } = view.scope
  return connectionPage(
    view,
    connection,
    'advanced',
    panel(
      {},
      facts([
        ['Connection ID', codeBlock('connection-id', connection.id)],
        ['Kind', kindOf(connection)],
        ['Created', dated(connection.created, now)],
        ['Last changed', dated(connection.lastModified, now)],
      ]),
    ),
  )
}

export type Leavings = {
  readonly connectors: readonly ConnectorRow[]
  readonly applications: readonly Named[]
  readonly accounts: number
}

export function deleteConnectionPage(view: View, connection: ConnectionRow, left: Leavings): Html {
  const path = connectionPath(view, connection)
  const { connectors, applications, accounts } = left
  return consolePage(view, {
    section: 'connections',
    title: 'Delete connection',
    crumbs: connectionCrumbs(view, connection),
    body: confirmation({
      question: `Delete ${connection.name}?`,
      goes: [
        'The connection and its secrets are deleted. This cannot be undone.',
        connectors.length > 0 &&
          `Its outbound connectors go too, with their log and whatever waits to be delivered: ${namesOf(connectors)}. What was provisioned stays at the target.`,
        applications.length > 0 && `Nobody signs in through it any more at ${namesOf(applications)}.`,
        accounts > 0 &&
          `${accounts.toLocaleString('en')} ${accounts === 1 ? 'linked account is' : 'linked accounts are'} forgotten. The users themselves stay.`,
      ].filter((line) => line !== false),
      action: `${path}/delete`,
      cancel: path,
      label: 'Delete connection',
      formToken: view.formToken,
    }),
  })
}

function namesOf(list: readonly { readonly name: string }[]): string {
  return list.map((one) => one.name).join(', ')
}
