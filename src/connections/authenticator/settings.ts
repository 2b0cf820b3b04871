/** How an external provider is reached, as the management API and the console send it. Secrets go in and never come out. */
import { z } from 'zod'
import { domain, endpoint, secret, text } from '../fields.ts'

export const PRESET_NAMES = [
  'google',
  'entra',
  'okta',
  'auth0',
  'apple',
  'github',
  'gitlab',
  'facebook',
  'linkedin',
  'slack',
  'discord',
  'x',
  'postern',
] as const

/** What the authorization request says itself, and what would let somebody else say it. */
const OURS =
  /^(?:response_type|response_mode|client_(?:id|secret|assertion|assertion_type)|redirect_uri|scope|state|nonce|code|code_(?:challenge|challenge_method|verifier)|grant_type|request|request_uri|registration)$/i

const fields = {
  /** Absent: `oidc`, or what the preset is. */
  type: z.enum(['oidc', 'oauth2']),
  preset: z.enum(PRESET_NAMES),
  /** Of a preset whose addresses are made of it: the host of an Okta or Auth0 organization, a GitLab server, another postern. */
  domain: z.union([domain, endpoint], 'Give a domain such as example.com, or an address that begins with https://.'),
  /** Of Microsoft Entra ID: the directory (an id, a domain, or `common`, `organizations`, `consumers`). */
  tenant: text.regex(/^[\w.-]+$/, 'Give the ID of the directory, or a domain of it.'),
  clientId: text,
  issuer: endpoint,
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  jwksUri: endpoint,
  userinfoEndpoint: endpoint,
  endSessionEndpoint: endpoint,
  pushedAuthorizationRequestEndpoint: endpoint,
  scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'A scope has no blanks.')).max(50),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'apple']),
  keyId: text,
  keyAlgorithm: z.enum(['RS256', 'PS256', 'ES256', 'EdDSA']),
  teamId: text,
  responseMode: z.literal('form_post'),
  parameters: z
    .record(z.string().regex(/^[\w.-]{1,100}$/, 'This is no name of a parameter.'), z.string().max(1000))
    .refine((all) => Object.keys(all).length <= 20, 'Give at most 20 parameters.')
    .refine((all) => !Object.keys(all).some((name) => OURS.test(name)), {
      error:
        'response_type, client_id, redirect_uri, scope, state, nonce, code_challenge and request are not to be changed.',
    }),
  passOn: z.array(z.enum(['prompt', 'acr_values', 'max_age', 'login_hint', 'ui_locales'])).max(5),
  allowedTenants: z.array(text).max(500),
  ownCallback: z.boolean(),
  keepTokens: z.boolean(),
  passSignOut: z.boolean(),
}

const secrets = {
  /** Absent in a change: the present one stays. */
  clientSecret: secret,
  /** PKCS #8 in PEM, for `private_key_jwt` and `apple`; absent for `private_key_jwt`: one is made. */
  privateKey: z.string().min(1, 'Give a value.').max(20_000),
}

export const authenticatorInput = z
  .object({ ...fields, ...secrets })
  .partial()
  .required({ clientId: true })
export type AuthenticatorInput = z.output<typeof authenticatorInput>

const nullable = <T extends Record<string, z.ZodType>>(shape: T) =>
  Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, field.nullable()])) as {
    [K in keyof T]: z.ZodNullable<T[K]>
  }

/** A change: what is absent stays, and null takes it away. */
export const authenticatorChange = z.object({ ...nullable(fields), ...secrets }).partial()
export type AuthenticatorChange = z.output<typeof authenticatorChange>
