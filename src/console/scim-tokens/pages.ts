import { html } from 'hono/html'
import { SCIM_TOKEN_PERMISSIONS } from '../../directory/credentials/caller.ts'
import type { ScimToken } from '../../directory/credentials/queries.ts'
import { covers } from '../../directory/permissions.ts'
import { button, type Content, errorOf, errorSummary, field, type Html, linkButton, tokenField } from '../../html.ts'
import { radios } from '../../html/choices.ts'
import { badge, emptyState, panel } from '../../html/parts.ts'
import { type ListState, pager, table } from '../../html/table.ts'
import { timeAgo } from '../../html/time.ts'
import { changeLink } from '../changes.ts'
import { expiryFieldsOf } from '../expiry.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { ACCESS, CONFORMANCE } from './form.ts'

export type TokenList = {
  readonly state: ListState
  readonly total: number
  readonly rows: readonly ScimToken[]
}

export function tokenPath(view: View, token: { readonly id: string }): string {
  return `${view.root}/scim-tokens/${token.id}`
}

export function tokensPage(view: View, list: TokenList): Html {
  return consolePage(view, {
    section: 'scim-tokens',
    title: 'SCIM tokens',
    lead: 'What Entra ID, Okta and other clients prove themselves with when they provision users and groups here.',
    action: newTokenButton(view, 'primary'),
    body: list.rows.length > 0 ? tokenTable(view, list) : panel({}, noTokens(view, list)),
  })
}

function newTokenButton(view: View, kind: 'primary' | 'plain'): Content {
  return changeLink(view, { label: 'New SCIM token', href: `${view.root}/scim-tokens/new`, kind })
}

function tokenTable(view: View, { state, total, rows }: TokenList): Content {
  const { now } = view.scope
  return [
    table({
      caption: 'SCIM tokens',
      rows,
      columns: [
        { label: 'Description', cell: (row) => html`<a href="${tokenPath(view, row)}">${row.description}</a>` },
        { label: 'Access', cell: (row) => ACCESS[row.access].label },
        { label: 'Conformance', cell: (row) => CONFORMANCE[row.conformance].label },
        { label: 'Created', cell: (row) => timeAgo(row.created, now) },
        { label: 'Last used', cell: (row) => (row.lastUsed ? timeAgo(row.lastUsed, now) : 'Never') },
        { label: 'Expires', cell: (row) => expiryOf(row, now) },
        { label: 'Revoke', acts: true, cell: (row) => revokeLink(view, row) },
      ],
    }),
    pager(state, total, { one: 'SCIM token', many: 'SCIM tokens' }),
  ]
}

/** When a token is worth nothing any more. */
export function expiryOf({ expiresAt }: ScimToken, now: Date): Content {
  if (!expiresAt) return 'Never'
  return expiresAt > now ? timeAgo(expiresAt, now) : html`${badge('Expired', 'bad')} ${timeAgo(expiresAt, now)}`
}

function revokeLink(view: View, row: ScimToken): Content {
  const label = html`Revoke<span class="unseen"> ${row.description}</span>`
  return changeLink(view, { label, href: `${tokenPath(view, row)}/revoke`, kind: 'quiet' })
}

const CONNECTING = html`To connect Entra ID, Okta or another client, make a token for it here.<br />Then give it the
  token and this server’s SCIM address, which are shown on one page: Tenant URL and Secret Token in Entra ID, base URL
  and HTTP header in Okta.`

function noTokens(view: View, { state, total }: TokenList): Html {
  if (total > 0) return emptyState('Nothing on this page', html`<a href="${state.path}">Go to the first page.</a>`)
  return emptyState('No SCIM tokens yet', CONNECTING, newTokenButton(view, 'plain'))
}

export function newTokenPage(view: View, { values, errors }: Draft): Html {
  const shared = (name: string) => ({ name, value: valueOf(values, name), error: errorOf(errors, name) })
  return consolePage(view, {
    section: 'scim-tokens',
    title: 'New SCIM token',
    crumbs: [{ label: 'SCIM tokens', href: `${view.root}/scim-tokens` }],
    body: [
      errorSummary(errors),
      panel(
        {},
        html`<form method="post" action="${view.root}/scim-tokens/new">
          ${tokenField(view.formToken)}
          ${field({ ...shared('description'), label: 'Description', required: true, maxlength: 200, autocomplete: 'off', autofocus: errors.length === 0, help: 'What it is for, such as Entra ID. The logs name the client so.' })}
          ${radios({ ...shared('access'), label: 'Access', choices: accessChoices(view), value: valueOf(values, 'access') ?? (mayGive(view, 'write') ? 'write' : 'read') })}
          ${radios({ ...shared('conformance'), label: 'Conformance', choices: Object.entries(CONFORMANCE).map(([value, { label, words }]) => ({ value, label, help: words })), value: valueOf(values, 'conformance') ?? 'lenient' })}
          ${expiryFieldsOf({ values, errors })}
          <div class="buttons">
            ${button({ label: 'Create', kind: 'primary' })}
            ${linkButton({ label: 'Cancel', href: `${view.root}/scim-tokens` })}
          </div>
        </form>`,
      ),
    ],
  })
}

/** Nobody hands out what she has not. */
function accessChoices(view: View) {
  return (['write', 'read'] as const).map((value) => {
    const { label, words } = ACCESS[value]
    const isOwn = mayGive(view, value)
    return {
      value,
      label,
      disabled: !isOwn,
      help: isOwn ? words : `${words} You do not have this permission yourself, and cannot give it.`,
    }
  })
}

function mayGive(view: View, access: 'read' | 'write'): boolean {
  return covers(view.permissions, SCIM_TOKEN_PERMISSIONS[access])
}
