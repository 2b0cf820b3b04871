import { html } from 'hono/html'
import type { ApplicationRow } from '../../applications/queries.ts'
import type { ClientMetadata } from '../../db/schema.ts'
import { checkbox, type Content, errorOf, errorSummary, field, flash, type Html } from '../../html.ts'
import { select } from '../../html/choices.ts'
import { codeBlock, confirmation, facts, panel } from '../../html/parts.ts'
import { providerMetadata } from '../../oidc/metadata.ts'
import type { Scope } from '../../platform.ts'
import { changeForm, changeLink } from '../changes.ts'
import { type Draft, valueOf } from '../form.ts'
import { consolePage, type View } from '../frame.ts'
import { applicationCrumbs, applicationPage, applicationPath } from './application-pages.ts'
import { GRANT_BOXES, REDIRECT_URLS_HELP } from './form.ts'

const METHODS = [
  { value: 'client_secret_basic', label: 'Client secret in the header (client_secret_basic)' },
  { value: 'client_secret_post', label: 'Client secret in the body (client_secret_post)' },
  { value: 'private_key_jwt', label: 'A signature with its own key (private_key_jwt)' },
  { value: 'none', label: 'No secret, PKCE only (none)' },
] as const

const GRANT_WORDS = {
  refresh_token: {
    label: 'Refresh tokens',
    help: 'The application stays signed in for whoever it asks for the scope offline_access.',
  },
  client_credentials: {
    label: 'Client credentials',
    help: 'It gets tokens for itself, with the permissions of API Access, and nobody signs in.',
  },
} as const

/** `secret` is the client secret for the one time that it is shown. */
export function protocolPage(view: View, application: ApplicationRow, secret: string | undefined, draft: Draft): Html {
  return applicationPage(view, application, 'protocol', [
    errorSummary(draft.errors),
    credentials(view, application, secret),
    panel({ title: 'OpenID Connect' }, protocolForm(view, application, draft)),
    panel({ title: 'Endpoints', lead: 'What the application has to know of this server.' }, endpoints(view.scope)),
  ])
}

function credentials(view: View, application: ApplicationRow, secret: string | undefined): Html {
  return panel(
    { title: 'Credentials' },
    html`${secret === undefined ? '' : flash(SHOWN_ONCE, 'warning')}
    ${facts([
      ['Client ID', codeBlock('client-id', application.clientId)],
      ['Client Secret', secret === undefined ? noSecret(view, application) : codeBlock('client-secret', secret)],
    ])}`,
  )
}

const SHOWN_ONCE = 'The client secret is shown once, here and now. Copy it before you leave this page.'

function noSecret(view: View, application: ApplicationRow): Content {
  const isSet = application.clientSecretHash !== null
  return html`<div class="buttons">
    <span>${isSet ? 'Set, and shown no more.' : 'None: this application proves itself with PKCE.'}</span>
    ${changeLink(view, { label: isSet ? 'New secret' : 'Make a secret', href: `${applicationPath(view, application)}/secret` })}
  </div>`
}

function protocolForm(view: View, application: ApplicationRow, { values, errors }: Draft): Html {
  return changeForm(
    view,
    `${applicationPath(view, application)}/protocol`,
    html`${field({
      name: 'redirectUris',
      label: 'Authorized redirect URLs',
      type: 'lines',
      required: application.grantTypes.includes('authorization_code'),
      value: valueOf(values, 'redirectUris') ?? application.redirectUris.join('\n'),
      error: errorOf(errors, 'redirectUris'),
      help: REDIRECT_URLS_HELP,
    })}
    ${select({
      name: 'tokenEndpointAuthMethod',
      label: 'Client authentication method',
      choices: METHODS,
      value: valueOf(values, 'tokenEndpointAuthMethod') ?? application.tokenEndpointAuthMethod,
      error: errorOf(errors, 'tokenEndpointAuthMethod'),
    })}
    ${GRANT_BOXES.map((name) => {
      const isTicked = errors.length > 0 ? valueOf(values, name) === 'on' : application.grantTypes.includes(name)
      return checkbox({ name, checked: isTicked, ...GRANT_WORDS[name] })
    })}
    ${logoutFields(application.clientMetadata, { values, errors })}`,
  )
}

function logoutFields(metadata: ClientMetadata, { values, errors }: Draft): Html {
  return html`${field({
    name: 'postLogoutRedirectUris',
    label: 'Post-logout redirect URLs',
    type: 'lines',
    value: valueOf(values, 'postLogoutRedirectUris') ?? (metadata.postLogoutRedirectUris ?? []).join('\n'),
    error: errorOf(errors, 'postLogoutRedirectUris'),
    help: 'One a line: where people may be sent after the application signed them out here.',
  })}
  ${field({
    name: 'backchannelLogoutUri',
    label: 'Back-channel logout URL',
    value: valueOf(values, 'backchannelLogoutUri') ?? metadata.backchannelLogoutUri ?? '',
    error: errorOf(errors, 'backchannelLogoutUri'),
    help: 'Told with a logout token whenever a session ends that signed somebody in to the application.',
  })}`
}

const ENDPOINTS = [
  ['Issuer', 'issuer'],
  ['Authorization', 'authorization_endpoint'],
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

export function newSecretPage(view: View, application: ApplicationRow): Html {
  const path = applicationPath(view, application)
  const isSet = application.clientSecretHash !== null
  return consolePage(view, {
    section: 'applications',
    title: 'New client secret',
    crumbs: applicationCrumbs(view, application),
    body: confirmation({
      question: `Make a new client secret for ${application.name}?`,
      goes: [
        isSet
          ? 'The present secret is worth nothing any more at once: sign-ins fail until the application has the new one.'
          : 'The application must send it from now on, with each request for a token.',
        'The new secret is shown once.',
      ],
      action: `${path}/secret`,
      cancel: `${path}/protocol`,
      label: 'Make a new secret',
      formToken: view.formToken,
    }),
  })
}
