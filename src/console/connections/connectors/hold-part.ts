/** That nothing is sent through a connector for now, and why: its part of the connector's page. */
import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import { button, type Content, errorSummary, type Html, tokenField } from '../../../html.ts'
import { confirmation, facts, panel } from '../../../html/parts.ts'
import { dated } from '../../../html/time.ts'
import type { Guard } from '../../../outbound/guard/queries.ts'
import type { TargetState } from '../../../outbound/target/queries.ts'
import { changeLink, mayChange } from '../../changes.ts'
import type { Draft } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionPath } from '../connection-pages.ts'
import { connectorCrumbs, connectorPath } from './place.ts'

export function holdPart(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  target: TargetState,
  guard: Guard,
): Content {
  return [stopPart(view, connection, connector, target), guardPart(view, connection, connector, guard)]
}

function stopPart(view: View, connection: ConnectionRow, connector: ConnectorRow, target: TargetState): Content {
  const { now } = view.scope
  const { pausedAt, pauseReason, quarantinedAt, quarantineReason, waitUntil } = target
  const path = `${connectorPath(view, connection, connector)}/resume`
  if (pausedAt) {
    return panel(
      {
        title: 'Paused',
        lead: `${whyOf(connector)} Nothing is sent until you change the settings below, or resume it.`,
        action: resumeForm(view, path, 'Resume'),
      },
      facts([
        ['Since', dated(pausedAt, now)],
        ['Reason', pauseReason],
      ]),
    )
  }
  if (quarantinedAt) {
    return panel(
      {
        title: 'In quarantine',
        lead: 'The target refuses most of what it is sent. One change is tried now and then; all go once it is taken.',
        action: resumeForm(view, path, 'Resume'),
      },
      facts([
        ['Since', dated(quarantinedAt, now)],
        ['Latest refusal', quarantineReason],
        ['Next try', waitUntil && dated(waitUntil, now)],
      ]),
    )
  }
  if (!waitUntil || waitUntil <= now) return ''
  return panel(
    {
      title: 'Waits',
      lead: 'The target did not answer, or asked to be left alone. What is due goes out by itself.',
      action: resumeForm(view, path, 'Send now'),
    },
    facts([['Until', dated(waitUntil, now)]]),
  )
}

function whyOf({ type }: ConnectorRow): string {
  return type === 'webhook'
    ? 'The receiver refused what it was sent, or wants no more.'
    : 'The target refused our credential.'
}

function resumeForm(view: View, path: string, label: string): Content {
  if (!mayChange(view, path)) return ''
  return html`<form method="post" action="${path}">
    ${tokenField(view.formToken)} ${button({ label, kind: 'primary' })}
  </form>`
}

function titleOf(held: number): string {
  if (held === 0) return 'The next removal waits for you'
  return held === 1 ? 'A removal waits for you' : `${held.toLocaleString('en')} removals wait for you`
}

/** What the deletion guard holds, and the question whether it may go. */
function guardPart(view: View, connection: ConnectionRow, connector: ConnectorRow, { held, isClosed }: Guard): Content {
  if (held === 0 && !isClosed) return ''
  const path = `${connectorPath(view, connection, connector)}/removals`
  return panel(
    {
      title: titleOf(held),
      lead: 'More would be removed from the target than the deletion guard lets go within a day. All else goes out.',
      action: changeLink(view, { label: 'Review', href: path, kind: 'primary' }),
    },
    '',
  )
}

/** Asks before they go: it cannot be taken back at the target. */
export function removalsPage(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  held: number,
  draft: Draft,
): Html {
  const path = connectorPath(view, connection, connector)
  const log = `${connectionPath(view, connection)}/deliveries?state=blocked`
  return consolePage(view, {
    section: 'connections',
    title: 'Removals',
    crumbs: connectorCrumbs(view, connection, connector),
    body: [
      errorSummary(draft.errors),
      confirmation({
        question:
          held === 0
            ? `Let more be removed from ${connector.name} of ${connection.name} today?`
            : `Remove ${held.toLocaleString('en')} from ${connector.name} of ${connection.name}?`,
        goes: [
          held > 0 && 'They are here no more, or are not for this target any more: they go from it.',
          'What is removed within a day is counted from the beginning again.',
          held > 0 &&
            html`Who they are, the <a href="${log}">provisioning log</a> says. If it is a mistake, give them back here
              what they lost: they stay at the target then.`,
        ],
        action: `${path}/removals`,
        cancel: path,
        label: 'Allow removals',
        formToken: view.formToken,
      }),
    ],
  })
}
