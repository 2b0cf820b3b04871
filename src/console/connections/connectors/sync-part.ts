/** Provisioning everybody who was here before a connector: its part of the connector's page, and what is asked first. */
import { html } from 'hono/html'
import { hasGroups } from '../../../connections/connectors/types.ts'
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import { attr, button, type Content, errorSummary, type Html, linkButton, tokenField } from '../../../html.ts'
import { panel } from '../../../html/parts.ts'
import { timeAgo } from '../../../html/time.ts'
import type { SyncRow } from '../../../outbound/sync/queries.ts'
import { changeLink, mayChange } from '../../changes.ts'
import type { Draft } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectorCrumbs, connectorPath } from './place.ts'

/** Refreshes itself while the sync is under way. */
export function syncPart(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  sync: SyncRow | undefined,
): Html {
  const path = connectorPath(view, connection, connector)
  const isRunning = sync?.state === 'running'
  return html`<section id="sync" class="stack" ${attr('data-live', isRunning && '3000')}>
    ${panel(
      {
        title: 'Everybody who is here already',
        lead: 'Changes go out by themselves. Who was here before the connector goes out when you say so.',
      },
      isRunning ? progress(view, path, connector, sync) : beginning(view, path, connector, sync),
    )}
  </section>`
}

function progress(view: View, path: string, { enabled }: ConnectorRow, sync: SyncRow): Html {
  // Who came since it began is looked at, too.
  const total = Math.max(sync.total, sync.seen)
  return html`<p>
      <progress value="${sync.seen}" max="${total}" aria-label="Looked at">${sync.seen} of ${total}</progress>
      ${numberOf(sync.seen)} of ${numberOf(total)} looked at, ${numberOf(sync.marked)} sent on their way.
    </p>
    ${enabled ? '' : html`<p class="help">It waits until the connector is enabled.</p>`}
    <div class="buttons">
      ${linkButton({ label: 'Refresh', href: path })}
      ${
        mayChange(view, `${path}/sync/stop`)
          ? html`<form class="inline" method="post" action="${path}/sync/stop">
              ${tokenField(view.formToken)} ${button({ label: 'Stop' })}
            </form>`
          : ''
      }
    </div>`
}

function beginning(view: View, path: string, { enabled }: ConnectorRow, sync: SyncRow | undefined): Content {
  const ended = sync && html`<p>${ending(view, sync)}</p>`
  const label = sync ? 'Provision everybody again' : 'Provision everybody who is here already'
  const action = html`<div class="buttons">
    ${changeLink(view, { label, href: `${path}/sync` })}
    ${changeLink(view, { label: 'Provision one', href: `${path}/provision` })}
  </div>`
  return [ended ?? '', enabled ? action : html`<p class="help">Enable the connector first.</p>`]
}

function ending({ scope }: View, { state, total, seen, marked, lastModified }: SyncRow): Content {
  const when = timeAgo(lastModified, scope.now)
  if (state === 'done') return html`Done ${when}: ${numberOf(seen)} looked at, ${numberOf(marked)} sent on their way.`
  return html`Stopped ${when}: ${numberOf(seen)} of ${numberOf(total)} looked at, ${numberOf(marked)} sent on their way.`
}

/** Asks before everybody is sent: it cannot be taken back at the target. */
export function startSyncPage(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  total: number,
  draft: Draft,
): Html {
  const path = connectorPath(view, connection, connector)
  const withGroups = hasGroups(connector.settings)
  const { outboundRoles, outboundGroups } = connection
  const isChoosing = outboundRoles.length + outboundGroups.length > 0
  const who = isChoosing
    ? 'Users who hold one of its roles or are in one of its groups'
    : 'All users but administrators'
  return consolePage(view, {
    section: 'connections',
    title: 'Provision everybody',
    crumbs: connectorCrumbs(view, connection, connector),
    body: [
      errorSummary(draft.errors),
      panel(
        { title: `Provision everybody to ${connector.name} of ${connection.name}?` },
        html`<ul class="goes">
            <li>${who}${withGroups ? ', and all groups,' : ''} go out. ${numberOf(total)} are looked at.</li>
            <li>Who is at the target already, under the same name, is taken over and gets what stands here.</li>
            <li>It goes on by itself, and can be stopped.</li>
          </ul>
          <form method="post" action="${path}/sync">
            ${tokenField(view.formToken)}
            <div class="buttons">
              ${button({ label: 'Provision everybody', kind: 'primary' })}
              ${linkButton({ label: 'Cancel', href: path })}
            </div>
          </form>`,
      ),
    ],
  })
}

function numberOf(count: number): string {
  return count.toLocaleString('en')
}
