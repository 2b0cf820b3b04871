/** The fields of an application's Protocol tab, as data: a setting of ClientMetadata is a line here. Pure. */
import type { ClientMetadata } from '../../../db/schema.ts'

/** How a setting stands in a form. An empty field is a setting that is not there. */
export type Kind =
  | { readonly kind: 'address' }
  /** A list, one a line. */
  | { readonly kind: 'lines' }
  | { readonly kind: 'seconds' }
  | { readonly kind: 'json' }
  /** `claim = attribute -> where`, one a line. */
  | { readonly kind: 'claims' }
  /** Of the words for what is there unless somebody chooses, and the values that one may choose. */
  | {
      readonly kind: 'choice'
      readonly empty: string
      readonly choices: readonly (readonly [value: string | boolean, label: string])[]
    }

export type MetadataField = Kind & {
  readonly name: keyof ClientMetadata
  readonly label: string
  readonly help?: string
}

export type FieldGroup = {
  readonly id: string
  readonly title: string
  readonly lead?: string
  readonly fields: readonly MetadataField[]
}

const choice = (empty: string, ...choices: readonly (readonly [string | boolean, string])[]) =>
  ({ kind: 'choice', empty, choices }) as const
const ADDRESS = { kind: 'address' } as const
const LINES = { kind: 'lines' } as const
const SECONDS = { kind: 'seconds' } as const
const SIGNING = [
  ['RS256', 'RS256'],
  ['ES256', 'ES256'],
  ['EdDSA', 'EdDSA'],
] as const

export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    id: 'authentication',
    title: 'Client keys',
    lead: 'For an application that signs: its assertions (private_key_jwt) and its requests.',
    fields: [
      {
        name: 'jwksUri',
        label: 'Address of its keys (jwks_uri)',
        ...ADDRESS,
        help: 'Read again when it signs with a key that is not known yet.',
      },
      {
        name: 'jwks',
        label: 'Its keys (JWK Set)',
        kind: 'json',
        help: 'Public keys as JSON, in place of the address.',
      },
      {
        name: 'tokenEndpointAuthSigningAlg',
        label: 'Algorithm of its assertions',
        ...choice('Any that is offered', ...SIGNING, ['PS256', 'PS256'], ['HS256', 'HS256 (client_secret_jwt)']),
      },
    ],
  },
  {
    id: 'security',
    title: 'Security',
    fields: [
      {
        name: 'profile',
        label: 'Security profile',
        ...choice('OAuth 2.1', ['fapi2', 'FAPI 2.0 Security Profile']),
        help: 'FAPI 2.0 demands pushed requests, private_key_jwt, bound tokens and PKCE, whatever is chosen below.',
      },
      {
        name: 'requirePkce',
        label: 'PKCE',
        ...choice('Required', [false, 'Not required of an application that keeps a secret']),
      },
      {
        name: 'requirePushedAuthorizationRequests',
        label: 'Pushed authorization requests (RFC 9126)',
        ...choice('Accepted', [true, 'Required']),
      },
      {
        name: 'requireSignedRequestObject',
        label: 'Signed requests (RFC 9101)',
        ...choice('Accepted', [true, 'Required']),
      },
      {
        name: 'requestObjectSigningAlg',
        label: 'Algorithm of its requests',
        ...choice('Any that is offered', ...SIGNING, ['PS256', 'PS256']),
      },
      {
        name: 'dpopBoundAccessTokens',
        label: 'Bound access tokens (DPoP, RFC 9449)',
        ...choice('If it asks with a proof', [true, 'Always']),
      },
      {
        name: 'requireDpopNonce',
        label: 'Nonce in DPoP proofs',
        ...choice('Not required', [true, 'Required']),
      },
    ],
  },
  {
    id: 'tokens',
    title: 'Tokens',
    lead: 'Lifetimes are seconds.',
    fields: [
      { name: 'accessTokenSeconds', label: 'Access token', ...SECONDS, help: '3600 (an hour) if it is empty.' },
      {
        name: 'refreshTokenIdleSeconds',
        label: 'Refresh token that is not used',
        ...SECONDS,
        help: '2592000 (30 days) if it is empty.',
      },
      {
        name: 'refreshTokenSeconds',
        label: 'Refresh tokens in all',
        ...SECONDS,
        help: '15552000 (180 days) if it is empty. The person signs in again then.',
      },
      {
        name: 'accessTokenFormat',
        label: 'Form of access tokens',
        ...choice('A JWT (RFC 9068)', ['opaque', 'Opaque: only introspection reads it']),
      },
      { name: 'idTokenSignedResponseAlg', label: 'Signature of the ID token', ...choice('RS256', ...SIGNING.slice(1)) },
      {
        name: 'userinfoSignedResponseAlg',
        label: 'Signature of userinfo',
        ...choice('None: plain JSON', ...SIGNING),
      },
    ],
  },
  {
    id: 'resources',
    title: 'Resources',
    lead: 'Services of yours that access tokens are for (RFC 8707), and what this application may do with the tokens of others.',
    fields: [
      {
        name: 'resources',
        label: 'It may ask for tokens for',
        ...LINES,
        help: 'One absolute URI a line, beside our own APIs.',
      },
      {
        name: 'servesResources',
        label: 'It is itself',
        ...LINES,
        help: 'URIs: it may introspect and exchange the access tokens that are meant for them.',
      },
      {
        name: 'exchangesTokensOf',
        label: 'It may exchange tokens of',
        ...LINES,
        help: 'Client IDs of other applications, one a line (RFC 8693).',
      },
      {
        name: 'assertsUsers',
        label: 'Assertions of its own',
        ...choice('It says for itself alone', [true, 'It may say for which user it asks (RFC 7523)']),
        help: 'Whoever controls such an application is everybody: it takes all permissions to say so.',
      },
    ],
  },
  {
    id: 'people',
    title: 'People and claims',
    fields: [
      {
        name: 'firstParty',
        label: 'Consent',
        ...choice('It is ours: nobody is asked', [false, 'It is somebody else’s: people are asked']),
      },
      {
        name: 'subjectType',
        label: 'Subject (sub)',
        ...choice('Public: the user’s ID', ['pairwise', 'Pairwise: another one for each sector']),
        help: 'With pairwise subjects, applications of different hosts cannot compare whom they know.',
      },
      {
        name: 'sectorIdentifierUri',
        label: 'Sector identifier',
        ...ADDRESS,
        help: 'https:// address of a JSON array of all redirect URLs, where those are of several hosts.',
      },
      {
        name: 'defaultMaxAge',
        label: 'Sign in again after (seconds)',
        ...SECONDS,
        help: 'Where the application does not say max_age itself.',
      },
      {
        name: 'claims',
        label: 'Claims of its own',
        kind: 'claims',
        help: 'One a line, such as: cost_center = urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter -> id_token userinfo access_token. Without the arrow: id_token and userinfo.',
      },
    ],
  },
  {
    id: 'logout',
    title: 'Sign-out',
    fields: [
      {
        name: 'postLogoutRedirectUris',
        label: 'Post-logout redirect URLs',
        ...LINES,
        help: 'One a line: where people may be sent after the application signed them out here.',
      },
      {
        name: 'backchannelLogoutUri',
        label: 'Back-channel logout URL',
        ...ADDRESS,
        help: 'Told with a logout token whenever a session ends that signed somebody in to the application.',
      },
      {
        name: 'backchannelLogoutSessionRequired',
        label: 'Session ID in logout tokens',
        ...choice('Sent', [true, 'Sent, and the application needs it']),
      },
      {
        name: 'frontchannelLogoutUri',
        label: 'Front-channel logout URL',
        ...ADDRESS,
        help: 'Opened in a frame when the person signs out in her browser; it is at the server of a redirect URL. Where browsers keep cookies from frames, it does nothing: prefer the back channel.',
      },
      {
        name: 'frontchannelLogoutSessionRequired',
        label: 'Session ID for the front channel',
        ...choice('Sent', [true, 'Sent, and the application needs it']),
      },
    ],
  },
  {
    id: 'about',
    title: 'About the application',
    lead: 'Links to its pages stand where people sign in to it and are asked what it may know. Its logo is told to whoever reads these settings, and not shown: no page of ours loads anything from elsewhere.',
    fields: [
      { name: 'clientUri', label: 'Home page', ...ADDRESS },
      { name: 'policyUri', label: 'Privacy policy', ...ADDRESS },
      { name: 'tosUri', label: 'Terms of service', ...ADDRESS },
      { name: 'logoUri', label: 'Logo', ...ADDRESS },
      { name: 'contacts', label: 'Contacts', ...LINES, help: 'One a line, such as e-mail addresses.' },
      {
        name: 'initiateLoginUri',
        label: 'Where a sign-in to it begins',
        ...ADDRESS,
        help: 'https:// address that people are sent to who open the application from here.',
      },
    ],
  },
]

export const METADATA_FIELDS: readonly MetadataField[] = FIELD_GROUPS.flatMap(({ fields }) => fields)
