import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { button, type Html, linkButton, tokenField } from '../../../html.ts'
import { mayChange, mayOpen } from '../../changes.ts'
import type { View } from '../../frame.ts'

/** Stands on every page of a connection that people can sign in with. A dry run tells of users. */
export function testButtons(view: View, connection: ConnectionRow): Html | '' {
  const path = `${view.root}/connections/${connection.id}/test`
  if (connection.authenticator === null || !mayChange(view, path)) return ''
  const dryRun = linkButton({ label: 'Dry run', href: `${view.root}/connections/${connection.id}/dry-run` })
  return html`${mayOpen(view, `${view.root}/users`) ? dryRun : ''}
    <form class="inline" method="post" action="${path}">
      ${tokenField(view.formToken)} ${button({ label: 'Test this connection' })}
    </form>`
}
