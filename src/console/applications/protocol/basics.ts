/** How an application proves itself and what it may use: on its Protocol tab, and in the wizard of a standard-based one. */
import { html } from 'hono/html'
import {
  type AuthMethod,
  DEVICE_CODE_GRANT,
  GRANT_TYPES,
  JWT_BEARER_GRANT,
  TOKEN_EXCHANGE_GRANT,
} from '../../../applications/settings.ts'
import { attr, type Content, errorOf, field, type Html } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { type Draft, valueOf, valuesOf } from '../../form.ts'

export const METHODS: readonly { readonly value: AuthMethod; readonly label: string }[] = [
  { value: 'client_secret_basic', label: 'Client secret in the header (client_secret_basic)' },
  { value: 'client_secret_post', label: 'Client secret in the body (client_secret_post)' },
  { value: 'client_secret_jwt', label: 'A signature with its client secret (client_secret_jwt)' },
  { value: 'private_key_jwt', label: 'A signature with its own key (private_key_jwt)' },
  { value: 'tls_client_auth', label: 'A certificate that a CA issued (tls_client_auth)' },
  { value: 'self_signed_tls_client_auth', label: 'A certificate of its own (self_signed_tls_client_auth)' },
  { value: 'none', label: 'No secret, PKCE only (none)' },
]

type GrantType = (typeof GRANT_TYPES)[number]
const GRANT_WORDS: Readonly<Record<GrantType, { readonly label: string; readonly help: string }>> = {
  authorization_code: {
    label: 'Authorization code',
    help: 'People sign in here, and are sent back to a redirect URL.',
  },
  refresh_token: {
    label: 'Refresh tokens',
    help: 'The application stays signed in for whoever it asks for the scope offline_access.',
  },
  client_credentials: {
    label: 'Client credentials',
    help: 'It gets tokens for itself, with the permissions of API Access, and nobody signs in.',
  },
  [DEVICE_CODE_GRANT]: {
    label: 'Device code',
    help: 'People sign in on another device, with a code that the application shows.',
  },
  [TOKEN_EXCHANGE_GRANT]: {
    label: 'Token exchange',
    help: 'It gives an access token and gets another one for it (RFC 8693).',
  },
  [JWT_BEARER_GRANT]: {
    label: 'JWT bearer',
    help: 'It gets an access token for an assertion that it signs (RFC 7523).',
  },
}

export const REDIRECT_URLS_HELP =
  'One a line. https:// addresses; http:// on localhost only; or a scheme that is the app’s own, such as com.example.app:/callback.'

export function redirectUrlsField({ values, errors }: Draft, present: readonly string[], required: boolean): Html {
  return field({
    name: 'redirectUris',
    label: 'Authorized redirect URLs',
    type: 'lines',
    required,
    value: valueOf(values, 'redirectUris') ?? present.join('\n'),
    error: errorOf(errors, 'redirectUris'),
    help: REDIRECT_URLS_HELP,
  })
}

export function methodField({ values, errors }: Draft, present: string): Html {
  return select({
    name: 'tokenEndpointAuthMethod',
    label: 'Client authentication method',
    choices: METHODS,
    value: valueOf(values, 'tokenEndpointAuthMethod') ?? present,
    error: errorOf(errors, 'tokenEndpointAuthMethod'),
  })
}

/** What was ticked, if a form with these boxes was refused; otherwise what is there. */
export function grantBoxes({ values, errors }: Draft, present: readonly string[]): Html {
  const wasSent = errors.length > 0 && valueOf(values, 'tokenEndpointAuthMethod') !== undefined
  const ticked = wasSent ? valuesOf(values, 'grantTypes') : present
  const error = errorOf(errors, 'grantTypes')
  return html`<fieldset
    class="choices"
    id="field-grantTypes"
    ${attr('aria-describedby', error !== undefined && 'field-grantTypes-error')}
  >
    <legend>Grants</legend>
    ${GRANT_TYPES.map((type) => grantBox(type, ticked.includes(type)))}
    ${error === undefined ? '' : html`<p class="error" id="field-grantTypes-error">${error}</p>`}
  </fieldset>`
}

function grantBox(type: GrantType, isTicked: boolean): Content {
  const id = `grant-${type.replace(/[^a-z_]/g, '-')}`
  const { label, help } = GRANT_WORDS[type]
  return html`<div class="field check">
    <input
      type="checkbox"
      id="${id}"
      name="grantTypes"
      value="${type}"
      aria-describedby="${id}-help"
      ${attr('checked', isTicked)}
    />
    <label for="${id}">${label}</label>
    <p class="help" id="${id}-help">${help}</p>
  </div>`
}
