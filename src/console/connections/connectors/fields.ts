import { html } from 'hono/html'
import { PROFILES } from '../../../connections/connectors/profiles.ts'
import { checkbox, type Content, errorOf, field, hidden, type Html } from '../../../html.ts'
import { select } from '../../../html/choices.ts'
import { type Draft, valueOf } from '../../form.ts'
import { type ConnectorFields, DEPARTURES, MODES, NEW_FIELDS, type SecretName, UPDATE_METHODS } from './form.ts'
import { moreSettings } from './inputs.ts'
import { reconciliationFields } from './reconcile/settings-fields.ts'

type Shown = Omit<ConnectorFields, SecretName>
type Shared = (name: keyof Shown) => {
  readonly name: string
  readonly value: string | undefined
  readonly error: string | undefined
  readonly autocomplete: string
}
type Secret = (name: SecretName, label: string, help?: string) => Html

const MORE = [
  'updateMethod',
  'userFilter',
  'groupFilter',
  'leaving',
  'deletion',
  'deletionGuard',
  'everyHours',
  'policy',
] as const satisfies readonly (keyof Shown)[]

/**
 * The fields of a connector, with what was typed or else what is set. Those of the authentication modes that are not
 * chosen are hidden by the style sheet. A secret is never shown; `given` says which there are already.
 */
export function connectorFields(set: Shown, given: readonly string[], draft: Draft): Html {
  const { values, errors } = draft
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
  return html`${hidden('type', set.type)} ${choice(shared, 'mode', 'Authentication Mode', MODES)}
  ${modes(shared, secret)}
  ${select({
    ...shared('profile'),
    label: 'Target',
    choices: Object.entries(PROFILES).map(([value, { label }]) => ({ value, label })),
    help: 'What it is: some take less than SCIM 2.0 says, or want it otherwise.',
  })}
  ${field({ ...shared('baseUrl'), label: 'Base URL', placeholder: 'https://localhost:9444/scim2', help: 'Users and groups are at /Users and /Groups below it, unless you say otherwise.' })}
  ${field({ ...shared('userEndpoint'), label: 'User Endpoint', placeholder: 'https://localhost:9444/scim2/Users', help: 'Needed without a base URL.' })}
  ${field({ ...shared('groupEndpoint'), label: 'Group Endpoint', placeholder: 'https://localhost:9444/scim2/Groups', help: 'Without it and without a base URL, groups are not provisioned.' })}
  ${field({ ...shared('userStoreDomain'), label: 'User Store Domain', placeholder: 'PRIMARY', help: 'The target’s user store, where it has several.' })}
  ${checkbox({
    name: 'passwordProvisioning',
    label: 'Enable Password Provisioning',
    checked: isDraft ? valueOf(values, 'passwordProvisioning') === 'on' : set.passwordProvisioning === 'on',
    help: 'Passwords go out when they are set, so that people can sign in at the target with the same one.',
  })}
  ${secret('defaultPassword', 'Default Password', 'For new users at the target, where passwords are not provisioned.')}
  ${moreSettings(
    MORE,
    { set, begin: NEW_FIELDS, draft },
    html`${choice(shared, 'updateMethod', 'Update Method', UPDATE_METHODS)}
    ${field({ ...shared('userFilter'), label: 'User Filter', placeholder: 'userType eq "Employee"', help: 'A SCIM filter. Only users who match it go out; who does not any more goes from the target.' })}
    ${field({ ...shared('groupFilter'), label: 'Group Filter', placeholder: 'displayName sw "App-"', help: 'The same for groups.' })}
    ${choice(shared, 'leaving', 'Who is not to go out any more', DEPARTURES, 'Who lost the role or the group, or does not match the filter. Who comes back has her account again.')}
    ${choice(shared, 'deletion', 'Who was deleted here', DEPARTURES)}
    ${field({ ...shared('deletionGuard'), label: 'Deletion Guard', placeholder: '25', inputmode: 'numeric', help: 'In percent. When more of the target than this would be removed within a day, removals wait for your yes. 100: never.' })}
    ${reconciliationFields(shared)}`,
  )}`
}

function choice(
  shared: Shared,
  name: keyof Shown,
  label: string,
  words: Readonly<Record<string, string>>,
  help?: string,
): Html {
  const choices = Object.entries(words).map(([value, label]) => ({ value, label }))
  return select({ ...shared(name), label, choices, ...(help && { help }) })
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
