/** The settings of how a provider is reached, in the order in which they stand on the Settings tab: a line for each. */
import { ADDRESS, choice, type SettingField, type SettingGroup, TEXT } from './kinds.ts'

/** All that a new standard-based connection is asked. */
export const BASICS: SettingGroup = {
  id: 'provider',
  title: 'OAuth/OpenID Connect Configuration',
  fields: [
    { name: 'clientId', label: 'Client ID', ...TEXT, required: true },
    { name: 'clientSecret', label: 'Client Secret', kind: 'secret' },
    {
      name: 'authorizationEndpoint',
      label: 'Authorization Endpoint URL',
      kind: 'address',
      placeholder: 'https://localhost:9444/oauth2/authorize',
    },
    {
      name: 'tokenEndpoint',
      label: 'Token Endpoint URL',
      kind: 'address',
      placeholder: 'https://localhost:9444/oauth2/token',
    },
    {
      name: 'issuer',
      label: 'Issuer',
      ...ADDRESS,
      help: 'Both endpoints, or the issuer alone: what is left empty is read from the provider’s discovery document.',
    },
  ],
  further: [
    { name: 'jwksUri', label: 'JWKS Endpoint URL', ...ADDRESS },
    { name: 'userinfoEndpoint', label: 'Userinfo Endpoint URL', ...ADDRESS },
    { name: 'endSessionEndpoint', label: 'Logout Endpoint URL', ...ADDRESS },
    { name: 'pushedAuthorizationRequestEndpoint', label: 'Pushed Request Endpoint URL', ...ADDRESS },
    {
      name: 'scopes',
      label: 'Scopes',
      kind: 'words',
      help: 'Separated by blanks. Left empty: openid profile email.',
    },
  ],
}

const PROOF: SettingGroup = {
  id: 'proof',
  title: 'Client authentication',
  lead: 'How our server proves to the provider who it is.',
  fields: [
    {
      name: 'clientAuthentication',
      label: 'Client authentication method',
      ...choice(
        'As the provider’s metadata says',
        ['client_secret_basic', 'Client secret in the header (client_secret_basic)'],
        ['client_secret_post', 'Client secret in the body (client_secret_post)'],
        ['private_key_jwt', 'A signature with a private key (private_key_jwt)'],
        ['apple', 'A secret that Apple’s private key signs'],
      ),
    },
    {
      name: 'keyAlgorithm',
      label: 'Signing algorithm',
      ...choice('As the key says', ['RS256', 'RS256'], ['PS256', 'PS256'], ['ES256', 'ES256'], ['EdDSA', 'EdDSA']),
    },
    { name: 'keyId', label: 'Key ID', ...TEXT, help: 'What the provider calls the key (kid).' },
    { name: 'teamId', label: 'Team ID', ...TEXT, help: 'Of Apple alone.' },
    {
      name: 'privateKey',
      label: 'Private key',
      kind: 'secret',
      isLong: true,
      help: 'PKCS #8 in PEM: the text that begins with -----BEGIN PRIVATE KEY-----. Left empty with private_key_jwt, one is made here, and only its public half can be read.',
    },
  ],
}

const REQUEST: SettingGroup = {
  id: 'request',
  title: 'The request and its answer',
  lead: 'What the provider is told when somebody is sent there.',
  fields: [
    {
      name: 'parameters',
      label: 'Further parameters',
      kind: 'parameters',
      help: 'One a line, such as hd=example.com or prompt=select_account.',
    },
    {
      name: 'responseMode',
      label: 'How the answer comes back',
      ...choice('In the address', ['form_post', 'As a form (form_post)']),
    },
    {
      name: 'ownCallback',
      label: 'Callback URL',
      ...choice('That of all connections', [true, 'One of this connection alone']),
      help: 'With one of its own no other provider can get at what this one answers. It has to be registered there.',
    },
    {
      name: 'passOn',
      label: 'Passed on of an application’s request',
      kind: 'boxes',
      choices: [
        ['prompt', 'prompt: whether to ask for the password or the account again'],
        ['acr_values', 'acr_values: how strongly to sign in'],
        ['max_age', 'max_age: how old a sign-in may be'],
        ['login_hint', 'login_hint: who is expected'],
        ['ui_locales', 'ui_locales: the languages to speak'],
      ],
    },
  ],
}

const AFTERWARDS: SettingGroup = {
  id: 'afterwards',
  title: 'Tokens and sign-out',
  fields: [
    {
      name: 'keepTokens',
      label: 'The provider’s tokens',
      ...choice('Forgotten after the sign-in', [true, 'Kept, sealed, for applications that may ask for them']),
      help: 'Applications ask for them by token exchange, where their grants let them.',
    },
    {
      name: 'passSignOut',
      label: 'Signing out here',
      ...choice('Ends the session here alone', [true, 'Ends the session at the provider, too']),
    },
  ],
}

/** Of Microsoft Entra ID with many tenants alone. */
const TENANTS: SettingGroup = {
  id: 'tenants',
  title: 'Directories',
  lead: 'Which directories of Microsoft Entra ID may sign in.',
  fields: [
    {
      name: 'allowedTenants',
      label: 'Allowed directories',
      kind: 'lines',
      help: 'Their tenant IDs, one a line. Needed where the issuer is that of many directories (common, organizations).',
    },
  ],
}

/** What stands on the tab of a provider; `preset` is what it was made from. */
export function groupsOf(preset: string | undefined, hasTenants: boolean): readonly SettingGroup[] {
  const more = preset === 'entra' || hasTenants ? [TENANTS] : []
  return [BASICS, PROOF, REQUEST, ...more, AFTERWARDS]
}

export const SETTING_FIELDS: readonly SettingField[] = [BASICS, PROOF, REQUEST, TENANTS, AFTERWARDS].flatMap(
  ({ fields, further = [] }) => [...fields, ...further],
)
