/** Provisioning one user or group now, whatever changed: to try a connector, or to bring up to date what differs. */
import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../connections/queries.ts'
import { button, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../../html.ts'
import { radios } from '../../../html/choices.ts'
import { panel } from '../../../html/parts.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectorCrumbs, connectorPath } from './place.ts'

export function provisionOnePage(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  { values, errors }: Draft,
): Html {
  const path = connectorPath(view, connection, connector)
  const types = [
    { value: 'User', label: 'User' },
    { value: 'Group', label: 'Group' },
  ]
  return consolePage(view, {
    section: 'connections',
    title: 'Provision one',
    crumbs: connectorCrumbs(view, connection, connector),
    lead: `Goes to ${connector.name} of ${connection.name} now, and you see every request.`,
    body: [
      errorSummary(errors),
      panel(
        {},
        html`<form method="post" action="${path}/provision">
          ${tokenField(view.formToken)}
          ${radios({ name: 'type', label: 'Type', choices: types, value: valueOf(values, 'type') ?? 'User', error: errorOf(errors, 'type') })}
          ${field({
            name: 'name',
            label: 'Name',
            help: 'The user name, or the name of the group.',
            value: valueOf(values, 'name'),
            error: errorOf(errors, 'name'),
            required: true,
            autocomplete: 'off',
          })}
          <div class="buttons">
            ${button({ label: 'Provision now', kind: 'primary' })} ${linkButton({ label: 'Cancel', href: path })}
          </div>
        </form>`,
      ),
    ],
  })
}
