/** The signing secret of a webhook, and whether its receiver is there: its part of the connector's page. */
import { html } from 'hono/html'
import type { ConnectionRow, ConnectorRow } from '../../../../connections/queries.ts'
import type { SigningSecrets } from '../../../../db/schema.ts'
import { button, type Content, flash, type Html, tokenField } from '../../../../html.ts'
import { codeBlock, facts, panel } from '../../../../html/parts.ts'
import { dated } from '../../../../html/time.ts'
import type { TestResult } from '../../../../outbound/webhook/test-event.ts'
import { mayChange } from '../../../changes.ts'
import type { View } from '../../../frame.ts'
import { connectorPath } from '../place.ts'

/** What is shown once, after what was just done. */
export type Once = { readonly secret: string | undefined; readonly test: TestResult | undefined }

const SHOWN_ONCE = 'The signing secret is shown once, here and now. Give it to the receiver before you leave this page.'

/** Stands on top of the page, where whoever pressed the button looks. */
export function onceNotice({ secret, test }: Once): Content {
  if (test !== undefined) return testResult(test)
  if (secret === undefined) return ''
  return panel({ title: 'For the receiver' }, [
    flash(SHOWN_ONCE, 'warning'),
    facts([['Signing secret', codeBlock('signing-secret', secret)]]),
  ])
}

function testResult({ heard, status, error }: TestResult): Html {
  return heard
    ? flash(`The test event arrived: ${status}.`)
    : flash(`The test event did not arrive. ${error ?? ''}`, 'warning')
}

export function webhookPart(
  view: View,
  connection: ConnectionRow,
  connector: ConnectorRow,
  { previousSigningSecretUntil: until }: Pick<SigningSecrets, 'previousSigningSecretUntil'>,
): Html {
  const path = connectorPath(view, connection, connector)
  const { now } = view.scope
  const overlaps = until !== undefined && new Date(until) > now
  return panel(
    {
      title: 'Receiver',
      lead: 'It checks the signature with its secret, and answers 2xx. A new secret signs at once; the one before it signs as well for a day.',
    },
    [
      overlaps ? facts([['The former secret signs until', dated(new Date(until), now)]]) : '',
      html`<div class="buttons">
        ${action(view, `${path}/test`, 'Send a test event')}
        ${action(view, `${path}/signing-secret`, 'New signing secret')}
      </div>`,
    ],
  )
}

export function action(view: View, path: string, label: string): Content {
  if (!mayChange(view, path)) return ''
  return html`<form class="inline" method="post" action="${path}">
    ${tokenField(view.formToken)} ${button({ label })}
  </form>`
}
