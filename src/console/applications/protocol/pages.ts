import { html } from 'hono/html'
import type { ApplicationRow } from '../../../applications/queries.ts'
import { hasFormerSecret } from '../../../applications/secrets/check.ts'
import { type Content, errorOf, errorSummary, field, flash, type Html } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { codeBlock, facts, panel } from '../../../html/parts.ts'
import { timeAgo } from '../../../html/time.ts'
import { providerMetadata } from '../../../oidc/metadata.ts'
import type { Scope } from '../../../platform.ts'
import { changeForm, changeLink } from '../../changes.ts'
import { type Draft, drawnFrom, valueOf } from '../../form.ts'
import type { View } from '../../frame.ts'
import { applicationPage, applicationPath } from '../application-pages.ts'
import { grantBoxes, methodField, redirectUrlsField } from './basics.ts'
import { FIELD_GROUPS } from './fields.ts'
import type { FieldGroup, MetadataField } from './kinds.ts'
import { textOfSetting } from './values.ts'

/** `secret` is the client secret for the one time that it is shown. */
export function protocolPage(view: View, application: ApplicationRow, secret: string | undefined, draft: Draft): Html {
  const action = `${applicationPath(view, application)}/protocol`
  return applicationPage(view, application, 'protocol', [
    errorSummary(draft.errors),
    credentials(view, application, secret),
    panel({ title: 'OpenID Connect' }, changeForm(view, action, [drawnFrom(application), basics(application, draft)])),
    FIELD_GROUPS.map((group) => groupPanel(view, action, group, application, draft)),
    panel({ title: 'Endpoints', lead: 'What the application has to know of this server.' }, endpoints(view.scope)),
  ])
}

function credentials(view: View, application: ApplicationRow, secret: string | undefined): Html {
  return panel(
    { title: 'Credentials' },
    html`${secret === undefined ? '' : flash(SHOWN_ONCE, 'warning')}
    ${facts([
      ['Client ID', codeBlock('client-id', application.clientId)],
      ['Client Secret', presentSecret(view, application, secret)],
      ['Former secret', formerSecret(view, application)],
    ])}`,
  )
}

const SHOWN_ONCE = 'The client secret is shown once, here and now. Copy it before you leave this page.'

function presentSecret(view: View, application: ApplicationRow, secret: string | undefined): Content {
  const { clientSecretHash, clientSecretCreated: made } = application
  const isSet = clientSecretHash !== null
  const words = isSet ? 'Set, and shown no more.' : 'None: this application proves itself with PKCE.'
  const path = `${applicationPath(view, application)}/secret`
  const since = isSet && made ? html`<span class="help">Made ${timeAgo(made, view.scope.now)}.</span>` : ''
  return html`${secret === undefined ? '' : codeBlock('client-secret', secret)}
    <div class="buttons">
      <span>${secret === undefined ? words : ''} ${since}</span>
      ${changeLink(view, { label: isSet ? 'New secret' : 'Make a secret', href: path })}
    </div>`
}

function formerSecret(view: View, application: ApplicationRow): Content {
  const { now } = view.scope
  const until = application.formerSecretExpiresAt
  if (!until || !hasFormerSecret(application, now)) return ''
  return html`<div class="buttons">
    <span>Good beside the present one, and ends ${timeAgo(until, now)}.</span>
    ${changeLink(view, { label: 'End it now', href: `${applicationPath(view, application)}/secret/former` })}
  </div>`
}

function basics(application: ApplicationRow, draft: Draft): Content {
  return [
    redirectUrlsField(draft, application.redirectUris, application.grantTypes.includes('authorization_code')),
    methodField(draft, application.tokenEndpointAuthMethod),
    grantBoxes(draft, application.grantTypes),
  ]
}

/** Each group is a form of its own: what the others have is left as it is. */
function groupPanel(view: View, action: string, group: FieldGroup, application: ApplicationRow, draft: Draft): Html {
  const fields = group.fields.map((one) => settingField(one, application, draft))
  const { title, lead } = group
  return panel(
    { title, ...(lead === undefined ? {} : { lead }) },
    changeForm(
      view,
      action,
      html`${drawnFrom(application)}
        <div class="settings">${fields}</div>`,
    ),
  )
}

function settingField(setting: MetadataField, { clientMetadata }: ApplicationRow, { values, errors }: Draft): Html {
  const { name, label, help } = setting
  const value = valueOf(values, name) ?? textOfSetting(setting, clientMetadata[name])
  const shared = { name, label, error: errorOf(errors, name), value, ...(help === undefined ? {} : { help }) }
  switch (setting.kind) {
    case 'choice': {
      const choices = setting.choices.map(([one, words]) => ({ value: String(one), label: words }))
      return select({ ...shared, choices, empty: setting.empty })
    }
    case 'address':
      return field({ ...shared, inputmode: 'url', autocomplete: 'off', maxlength: 2000 })
    case 'text':
      return field({ ...shared, autocomplete: 'off', maxlength: 1000 })
    case 'seconds':
      return field({ ...shared, inputmode: 'numeric', autocomplete: 'off', maxlength: 10 })
    default:
      return field({ ...shared, type: 'lines' })
  }
}

const ENDPOINTS = [
  ['Issuer', 'issuer'],
  ['Authorization', 'authorization_endpoint'],
  ['Pushed requests', 'pushed_authorization_request_endpoint'],
  ['Token', 'token_endpoint'],
  ['Userinfo', 'userinfo_endpoint'],
  ['Introspection', 'introspection_endpoint'],
  ['Revocation', 'revocation_endpoint'],
  ['Keys (JWKS)', 'jwks_uri'],
  ['End session', 'end_session_endpoint'],
] as const

function endpoints(scope: Scope): Html {
  const metadata = providerMetadata(scope)
  return facts([
    ['Discovery', codeBlock('discovery', `${scope.issuer}/.well-known/openid-configuration`)],
    ...ENDPOINTS.map(([label, name]) => [label, codeBlock(name, String(metadata[name]))] as const),
  ])
}
