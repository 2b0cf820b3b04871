import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { button, type Html, tokenField } from '../../../html.ts'
import { mayChange } from '../../changes.ts'
import type { View } from '../../frame.ts'

/** Stands on every page of a connection that people can sign in with. */
export function testButton(view: View, connection: ConnectionRow): Html | '' {
  const path = `${view.root}/connections/${connection.id}/test`
  if (connection.authenticator === null || !mayChange(view, path)) return ''
  return html`<form class="inline" method="post" action="${path}">
    ${tokenField(view.formToken)} ${button({ label: 'Test this connection' })}
  </form>`
}
