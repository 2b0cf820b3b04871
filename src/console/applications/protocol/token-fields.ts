/** Fields of the Protocol tab: a setting of ClientMetadata is a line here, or in people-fields.ts. */
import { ADDRESS, choice, type FieldGroup, LINES, SECONDS, SIGNING, TEXT } from './kinds.ts'

/** How it proves itself and gets tokens. */
export const TOKEN_GROUPS: readonly FieldGroup[] = [
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
        help: 'FAPI 2.0 demands pushed requests, private_key_jwt or a certificate, bound tokens and PKCE, whatever is chosen below.',
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
        name: 'requestUris',
        label: 'Addresses of its requests (request_uri)',
        ...LINES,
        help: 'One a line: where it keeps signed requests that it sends by their address. Others are not fetched.',
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
    id: 'certificate',
    title: 'Client certificate',
    lead: 'For tls_client_auth (RFC 8705), where this server asks for certificates: fill in one of these names.',
    fields: [
      {
        name: 'tlsClientAuthSubjectDn',
        label: 'Subject of its certificate',
        ...TEXT,
        help: 'As in RFC 4514, such as CN=client,O=Acme,C=DE.',
      },
      { name: 'tlsClientAuthSanDns', label: 'DNS name in its certificate', ...TEXT },
      { name: 'tlsClientAuthSanUri', label: 'URI in its certificate', ...TEXT },
      { name: 'tlsClientAuthSanIp', label: 'IP address in its certificate', ...TEXT },
      { name: 'tlsClientAuthSanEmail', label: 'E-mail address in its certificate', ...TEXT },
      {
        name: 'tlsClientCertificateBoundAccessTokens',
        label: 'Access tokens bound to its certificate',
        ...choice('No', [true, 'Always']),
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
      {
        name: 'accessTokenSignedResponseAlg',
        label: 'Signature of access tokens',
        ...choice('ES256', ...SIGNING.filter(([alg]) => alg !== 'ES256')),
      },
      { name: 'idTokenSignedResponseAlg', label: 'Signature of the ID token', ...choice('RS256', ...SIGNING.slice(1)) },
      {
        name: 'userinfoSignedResponseAlg',
        label: 'Signature of userinfo',
        ...choice('None: plain JSON', ...SIGNING),
      },
      {
        name: 'authorizationSignedResponseAlg',
        label: 'Signature of answers (response mode jwt)',
        ...choice('RS256', ...SIGNING.slice(1)),
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
        name: 'providerTokensOf',
        label: 'It is given the tokens of providers',
        ...LINES,
        help: 'IDs of connections that keep tokens, one a line: by token exchange it gets the provider’s access token of whoever is signed in to it. It takes connections:write to say so.',
      },
      {
        name: 'assertsUsers',
        label: 'Assertions of its own',
        ...choice('It says for itself alone', [true, 'It may say for which user it asks (RFC 7523)']),
        help: 'Whoever controls such an application is everybody: it takes all permissions to say so.',
      },
    ],
  },
]
