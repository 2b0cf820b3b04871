import { html } from 'hono/html'
import { checkbox, type Content, errorOf, field, hidden, type Html } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { type Draft, valueOf } from '../../form.ts'
import { type ConnectorFields, MODES, type SecretName, UPDATE_METHODS } from './form.ts'
import { reconciliationFields } from './reconcile/settings-fields.ts'

type Shown = Omit<ConnectorFields, SecretName>
type Shared = (name: keyof Shown) => {
  readonly name: string
  readonly value: string | undefined
  readonly error: string | undefined
  readonly autocomplete: string
}
type Secret = (name: SecretName, label: string, help?: string) => Html

/**
 * The fields of a connector, with what was typed or else what is set. Those of the authentication modes that are not
 * chosen are hidden by the style sheet. A secret is never shown; `given` says which there are already.
 */
export function connectorFields(set: Shown, given: readonly string[], { values, errors }: Draft): Html {
  const isDraft = Object.keys(values).length > 0
  const shared: Shared = (name) => ({
    name,
    value: valueOf(values, name) ?? set[name],
    error: errorOf(errors, name),
    autocomplete: 'off',
  })
  const secret: Secret = (name, label, help) =>
    field({
      name,
      label,
      type: 'password',
      autocomplete: 'new-password',
      error: errorOf(errors, name),
      help: given.includes(name) ? 'One is set. It is never shown; leave this empty to keep it.' : help,
    })
  return html`${hidden('type', set.type)}
  ${select({
    ...shared('mode'),
    label: 'Authentication Mode',
    choices: Object.entries(MODES).map(([value, label]) => ({ value, label })),
  })}
  ${modes(shared, secret)}
  ${field({ ...shared('userEndpoint'), label: 'User Endpoint', type: 'url', required: true, placeholder: 'https://localhost:9444/scim2/Users' })}
  ${field({ ...shared('groupEndpoint'), label: 'Group Endpoint', type: 'url', placeholder: 'https://localhost:9444/scim2/Groups', help: 'Without it, groups are not provisioned.' })}
  ${field({ ...shared('userStoreDomain'), label: 'User Store Domain', placeholder: 'PRIMARY', help: 'The target’s user store, where it has several.' })}
  ${select({
    ...shared('updateMethod'),
    label: 'Update Method',
    choices: Object.entries(UPDATE_METHODS).map(([value, label]) => ({ value, label })),
  })}
  ${field({ ...shared('userFilter'), label: 'User Filter', placeholder: 'userType eq "Employee"', help: 'A SCIM filter. Only users who match it go out; who does not any more goes from the target.' })}
  ${field({ ...shared('deletionGuard'), label: 'Deletion Guard', placeholder: '25', inputmode: 'numeric', help: 'In percent. When more of the target than this would be removed within a day, removals wait for your yes. 100: never.' })}
  ${reconciliationFields(shared)}
  ${checkbox({
    name: 'passwordProvisioning',
    label: 'Enable Password Provisioning',
    checked: isDraft ? valueOf(values, 'passwordProvisioning') === 'on' : set.passwordProvisioning === 'on',
    help: 'Passwords go out when they are set, so that people can sign in at the target with the same one.',
  })}
  ${secret('defaultPassword', 'Default Password', 'For new users at the target, where passwords are not provisioned.')}`
}

/** No field of these is `required` or a URL to the browser: it would refuse a form for what it does not show. */
function modes(shared: Shared, secret: Secret): Content {
  return [
    html`<div class="mode mode-basic">
      ${field({ ...shared('username'), label: 'Username' })} ${secret('password', 'Password')}
    </div>`,
    html`<div class="mode mode-bearer">${secret('token', 'Access Token')}</div>`,
    html`<div class="mode mode-apiKey">
      ${field({ ...shared('header'), label: 'API Key Header Name', placeholder: 'X-API-Key' })}
      ${secret('value', 'API Key Value')}
    </div>`,
    html`<div class="mode mode-clientCredentials">
      ${field({ ...shared('tokenEndpoint'), label: 'Token Endpoint' })}
      ${field({ ...shared('clientId'), label: 'Client ID' })} ${secret('clientSecret', 'Client Secret')}
      ${field({ ...shared('scope'), label: 'Scope' })}
    </div>`,
  ]
}
