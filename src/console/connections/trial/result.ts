/** What would become of the person that a test brought: decided now, and carried out never. */
import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import type { TrialRecord } from '../../../federation/trial/record.ts'
import { type Content, linkButton } from '../../../html.ts'
import { panel } from '../../../html/parts.ts'
import type { AppContext } from '../../../http.ts'
import { viewOf } from '../../frame.ts'
import { connectionPath } from '../connection-pages.ts'
import { rehearse } from '../dry-run/result.ts'
import { json } from './facts.ts'

export async function resultOf(c: AppContext, connection: ConnectionRow, record: TrialRecord): Promise<Content> {
  const person = record.ended?.person
  if (!person) return ''
  const view = viewOf(c)
  const claims = panel(
    { title: 'All that it says of her', lead: 'ID token and user info together, as rules of attributes see it.' },
    json('Claims', person.claims),
  )
  if (!c.var.caller.permissions.has('scim:read')) return claims
  const other = `${connectionPath(view, connection)}/dry-run?test=${encodeURIComponent(c.req.param('test') ?? '')}`
  return [
    claims,
    await rehearse(view, connection, person),
    html`<div>${linkButton({ label: 'Try it with other claims', href: other })}</div>`,
  ]
}
