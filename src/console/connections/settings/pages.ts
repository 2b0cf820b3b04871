import { html } from 'hono/html'
import type { ConnectionRow } from '../../../connections/queries.ts'
import { callbackOf } from '../../../federation/callback.ts'
import { type Content, errorOf, errorSummary, field, type Html } from '../../../html.ts'
import { codeBlock, panel } from '../../../html/parts.ts'
import { changeForm } from '../../changes.ts'
import { type Draft, drawnFrom, valueOf } from '../../form.ts'
import type { View } from '../../frame.ts'
import { connectionPage, connectionPath } from '../connection-pages.ts'
import { BASICS, groupsOf } from './fields.ts'
import type { SettingGroup } from './kinds.ts'
import { groupFields, type Present } from './parts.ts'

export function settingsPath(view: View, connection: { readonly id: string }): string {
  return `${connectionPath(view, connection)}/settings`
}

export function settingsPage(view: View, connection: ConnectionRow, domains: readonly string[], draft: Draft): Html {
  const { authenticator } = connection
  const groups = authenticator
    ? groupsOf(authenticator.preset, authenticator.allowedTenants !== undefined)
    : [{ ...BASICS, lead: 'Nobody can sign in through this connection yet. Fill this in to let people do so.' }]
  return connectionPage(view, connection, 'settings', [
    errorSummary(draft.errors),
    groups.map((group) => groupPanel(view, connection, group, draft)),
    authenticator ? domainsPanel(view, connection, domains, draft) : '',
    callbackPanel(view, connection),
    authenticator?.type === 'oidc' ? signOutPanel(view, connection) : '',
  ])
}

/** Each group is a form of its own: what the others have is left as it is. */
function groupPanel(view: View, connection: ConnectionRow, group: SettingGroup, draft: Draft): Html {
  const lead = group.id === BASICS.id ? (group.lead ?? 'How people sign in through this connection.') : group.lead
  return panel({ title: group.title, ...(lead === undefined ? {} : { lead }) }, [
    changeForm(view, settingsPath(view, connection), [drawnFrom(connection), fieldsOf(connection, group, draft)]),
    group.id === 'proof' && connection.publicKey !== null ? publicKey(view, connection) : '',
  ])
}

/** What a new connection is asked stands one below the other, as it did there. */
function fieldsOf(connection: ConnectionRow, group: SettingGroup, draft: Draft): Content {
  const fields = groupFields(group, presentOf(connection), draft)
  return group.id === BASICS.id ? fields : html`<div class="settings">${fields}</div>`
}

function publicKey({ scope }: View, { id }: ConnectionRow): Html {
  return html`<div>
    <p class="label">Public key, for the provider (JWKS)</p>
    ${codeBlock('jwks', `${scope.issuer}/login/connections/${id}/jwks`)}
  </div>`
}

function presentOf(connection: ConnectionRow): Present {
  return {
    authenticator: connection.authenticator,
    hasSecret: connection.sealedClientSecret !== null,
    hasKey: connection.sealedPrivateKey !== null,
  }
}

function domainsPanel(
  view: View,
  connection: ConnectionRow,
  domains: readonly string[],
  { values, errors }: Draft,
): Html {
  return panel(
    {
      title: 'E-mail domains',
      lead: 'Whose addresses end in one of these belongs here: the sign-in page sends them to this provider, and only they can be linked by their address.',
    },
    changeForm(view, `${settingsPath(view, connection)}/domains`, [
      drawnFrom(connection),
      field({
        name: 'domains',
        label: 'Domains',
        type: 'lines',
        value: valueOf(values, 'domains') ?? domains.join('\n'),
        error: errorOf(errors, 'domains'),
        help: 'One a line, such as example.com. A domain belongs to one connection.',
      }),
    ]),
  )
}

function callbackPanel(view: View, connection: ConnectionRow): Html {
  return panel(
    { title: 'Callback URL', lead: 'Register this address at the provider, as an authorized redirect URL.' },
    codeBlock('callback-url', view.scope.issuer + callbackOf(connection)),
  )
}

/** Whoever has no OpenID Connect has none of it: no id_token to sign out by, and no logout token. */
function signOutPanel({ scope: { issuer } }: View, { id, authenticator }: ConnectionRow): Html {
  const isPassedOn = authenticator?.passSignOut === true
  return panel(
    {
      title: 'Signing out',
      lead: 'Register these at the provider as well, if signing out on either side is to reach the other.',
    },
    html`<p class="label">
        Post-logout redirect URL${isPassedOn ? '' : ', once signing out here also signs out at the provider'}
      </p>
      ${codeBlock('post-logout-url', `${issuer}/commonauth/logout`)}
      <p class="label">Back-channel logout URL: the provider tells it who has signed out there</p>
      ${codeBlock('backchannel-logout-url', `${issuer}/login/connections/${id}/backchannel-logout`)}`,
  )
}
