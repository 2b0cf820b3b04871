/** Providers that speak OpenID Connect: their metadata says the rest. */
import { addressOf, type Preset, type PresetField } from './preset.ts'

const SCOPES = ['openid', 'profile', 'email']
/** The directory of personal Microsoft accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'

const domain = (label: string, placeholder: string, rest: Partial<PresetField> = {}): PresetField => ({
  name: 'domain',
  label,
  placeholder,
  isRequired: true,
  ...rest,
})

export const OPENID_PRESETS = {
  google: {
    label: 'Google',
    fields: [],
    registration: 'Google Cloud console, APIs & Services, Credentials: the OAuth client’s “Authorized redirect URIs”.',
    scopes: SCOPES,
    habits: { domainHint: 'hd' },
    settingsAt: () => ({ type: 'oidc', issuer: 'https://accounts.google.com' }),
  },
  entra: {
    label: 'Microsoft Entra ID',
    fields: [
      {
        name: 'tenant',
        label: 'Directory (tenant) ID',
        isRequired: true,
        placeholder: '8b2c1f0e-…, contoso.com, or organizations',
        help: '“organizations” and “common” let people of many directories in: say below which.',
      },
      {
        name: 'allowedTenants',
        label: 'Directories that may sign in',
        isRequired: false,
        help: 'Their tenant IDs. Needed with “organizations” and “common”.',
      },
    ],
    registration: 'Microsoft Entra admin center, App registrations, Authentication: platform “Web”, Redirect URIs.',
    scopes: SCOPES,
    habits: { audience: 'token-endpoint', domainHint: 'domain_hint' },
    settingsAt: ({ tenant }) => {
      if (tenant === undefined || !/^[\w.-]+$/.test(tenant)) return undefined
      const directory = tenant.toLowerCase() === 'consumers' ? CONSUMERS : tenant.toLowerCase()
      return { type: 'oidc', issuer: `https://login.microsoftonline.com/${directory}/v2.0` }
    },
  },
  okta: {
    label: 'Okta',
    fields: [
      domain('Okta domain', 'acme.okta.com', {
        help: 'Or the issuer of an authorization server of yours: https://acme.okta.com/oauth2/default.',
      }),
    ],
    registration: 'Okta Admin Console, Applications, the app’s General tab: “Sign-in redirect URIs”.',
    scopes: SCOPES,
    habits: { audience: 'token-endpoint' },
    settingsAt: (place) => (place.domain === undefined ? undefined : { type: 'oidc', issuer: addressOf(place.domain) }),
  },
  auth0: {
    label: 'Auth0',
    fields: [domain('Auth0 domain', 'acme.eu.auth0.com')],
    registration: 'Auth0 Dashboard, Applications, the app’s Settings: “Allowed Callback URLs”.',
    scopes: SCOPES,
    // Its issuer has a slash at the end.
    settingsAt: (place) =>
      place.domain === undefined ? undefined : { type: 'oidc', issuer: `${addressOf(place.domain)}/` },
  },
  apple: {
    label: 'Apple',
    fields: [
      { name: 'teamId', label: 'Team ID', isRequired: true, placeholder: 'A1B2C3D4E5' },
      { name: 'keyId', label: 'Key ID', isRequired: true, placeholder: 'F6G7H8I9J0' },
      { name: 'privateKey', label: 'Private key', isRequired: true, help: 'The content of the .p8 file.' },
    ],
    isWithoutSecret: true,
    registration: 'Apple Developer, Identifiers, the Services ID (it is the client ID): “Return URLs”.',
    scopes: ['openid', 'name', 'email'],
    // Name and e-mail come by form_post or not at all.
    settingsAt: () => ({
      type: 'oidc',
      issuer: 'https://appleid.apple.com',
      clientAuthentication: 'apple',
      responseMode: 'form_post',
    }),
  },
  gitlab: {
    label: 'GitLab',
    fields: [domain('GitLab server', 'gitlab.com', { isRequired: false, help: 'Left empty: gitlab.com.' })],
    registration: 'GitLab, Applications (of a user, a group or the server): “Redirect URI”, with scope openid.',
    scopes: SCOPES,
    settingsAt: (place) => ({ type: 'oidc', issuer: addressOf(place.domain ?? 'gitlab.com') }),
  },
  linkedin: {
    label: 'LinkedIn',
    fields: [],
    registration:
      'LinkedIn Developers, the app’s Auth tab: “Authorized redirect URLs”; product “Sign In with LinkedIn”.',
    scopes: SCOPES,
    habits: { nonce: false, pkce: false },
    settingsAt: () => ({
      type: 'oidc',
      issuer: 'https://www.linkedin.com/oauth',
      clientAuthentication: 'client_secret_post',
    }),
  },
  slack: {
    label: 'Slack',
    fields: [],
    registration: 'Slack API, Your Apps, OAuth & Permissions: “Redirect URLs”.',
    scopes: SCOPES,
    settingsAt: () => ({ type: 'oidc', issuer: 'https://slack.com' }),
  },
  postern: {
    label: 'Another postern tenant',
    fields: [
      domain('Its issuer', 'https://id.example.com/t/acme'),
      {
        name: 'initialAccessToken',
        label: 'Initial access token',
        isRequired: false,
        help: 'With it, or where that tenant lets clients register themselves, this one becomes its client in one step.',
      },
    ],
    registration: 'Its console, Applications: “Authorized redirect URIs”. In one step it is registered by itself.',
    scopes: SCOPES,
    settingsAt: (place) => (place.domain === undefined ? undefined : { type: 'oidc', issuer: addressOf(place.domain) }),
  },
} as const satisfies Record<string, Preset>
