import type { ConnectionRow } from '../../../connections/queries.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../../html.ts'
import { html } from 'hono/html'
import { panel } from '../../../html/parts.ts'
import { type Draft, valueOf } from '../../form.ts'
import { consolePage, type View } from '../../frame.ts'
import { connectionCrumbs, connectionPath } from '../connection-pages.ts'

/** A person such as providers speak of, to begin with. */
export const EXAMPLE = {
  sub: '248289761001',
  preferred_username: 'j.doe',
  name: 'Jane Doe',
  given_name: 'Jane',
  family_name: 'Doe',
  email: 'jane.doe@example.com',
  email_verified: true,
}

/** `claims` are what the form begins with; `result` is what came of those that were sent. */
export function dryRunPage(
  view: View,
  connection: ConnectionRow,
  page: { readonly claims: unknown; readonly result: Content; readonly draft: Draft },
): Html {
  const { values, errors } = page.draft
  return consolePage(view, {
    section: 'connections',
    title: 'Dry run',
    crumbs: connectionCrumbs(view, connection),
    lead: `What would happen if this person came from ${connection.name}. Nothing is changed, and nothing is sent anywhere.`,
    body: [
      errorSummary(errors),
      panel(
        { title: 'What the provider would say' },
        html`<form method="post" action="${connectionPath(view, connection)}/dry-run">
          ${tokenField(view.formToken)}
          ${field({
            name: 'claims',
            label: 'Claims',
            type: 'lines',
            required: true,
            value: valueOf(values, 'claims') ?? JSON.stringify(page.claims, undefined, 2),
            error: errorOf(errors, 'claims'),
            help: 'JSON: what stands in the ID token, and what user info says. The claim sub is who she is there.',
          })}
          ${field({
            name: 'issuer',
            label: 'Issuer',
            type: 'url',
            autocomplete: 'off',
            value: valueOf(values, 'issuer'),
            error: errorOf(errors, 'issuer'),
            help: 'Left empty: the claim iss, or the issuer of the connection.',
          })}
          <div class="buttons">
            ${button({ label: 'Try it', kind: 'primary' })}
            ${linkButton({ label: 'Back to the connection', href: connectionPath(view, connection) })}
          </div>
        </form>`,
      ),
      page.result,
    ],
  })
}
