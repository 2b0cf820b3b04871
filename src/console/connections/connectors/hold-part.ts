/** That nothing is sent through a connector for now, and why: its part of the connector's page. */
import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import { button, type Content, tokenField } from '../../../html.ts'
import { facts, panel } from '../../../html/parts.ts'
import { dated } from '../../../html/time.ts'
import type { TargetState } from '../../../outbound/target/queries.ts'
import { mayChange } from '../../changes.ts'
import type { View } from '../../frame.ts'
import { connectorPath } from './sync-part.ts'

export function holdPart(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  { pausedAt, pauseReason, waitUntil }: TargetState,
): Content {
  const { now } = view.scope
  const path = `${connectorPath(view, connection, connector)}/resume`
  if (pausedAt) {
    return panel(
      {
        title: 'Paused',
        lead: 'The target refused our credential. Nothing is sent until you change the settings below, or resume it.',
        action: resumeForm(view, path, 'Resume'),
      },
      facts([
        ['Since', dated(pausedAt, now)],
        ['Reason', pauseReason],
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

function resumeForm(view: View, path: string, label: string): Content {
  if (!mayChange(view, path)) return ''
  return html`<form method="post" action="${path}">
    ${tokenField(view.formToken)} ${button({ label, kind: 'primary' })}
  </form>`
}
