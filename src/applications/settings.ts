/** What an application can be told, as the management API and the console send it. */
import { z } from 'zod'
import type { ClientMetadata } from '../db/schema.ts'
import { type Permission, PERMISSIONS } from '../directory/permissions.ts'
import { clientMetadata } from './client-metadata.ts'

export const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  DEVICE_CODE_GRANT,
  TOKEN_EXCHANGE_GRANT,
  JWT_BEARER_GRANT,
] as const

/** The templates of the console's New Application, with what each presets. */
export const TEMPLATES = {
  'traditional-web-application': {
    label: 'Traditional Web Application',
    words: 'A web application that runs on a server and can keep a secret.',
    tokenEndpointAuthMethod: 'client_secret_basic',
    grantTypes: ['authorization_code'],
  },
  'single-page-application': {
    label: 'Single-Page Application',
    words: 'Runs in the browser and keeps no secret: it proves itself with PKCE.',
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code'],
  },
  'mobile-application': {
    label: 'Mobile Application',
    words: 'Runs on a phone or a desktop and keeps no secret: it proves itself with PKCE.',
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code'],
  },
  'machine-to-machine-application': {
    label: 'Machine-to-Machine Application',
    words: 'A service that gets tokens for itself with its secret. Nobody signs in.',
    tokenEndpointAuthMethod: 'client_secret_basic',
    grantTypes: ['client_credentials'],
  },
  'device-application': {
    label: 'Device',
    words: 'A television or a command line: people sign in on their phone, with a code that it shows.',
    tokenEndpointAuthMethod: 'none',
    grantTypes: [DEVICE_CODE_GRANT, 'refresh_token'],
  },
  'standard-based-application': {
    label: 'Standard-Based Application',
    words: 'Any other client of OAuth 2 or OpenID Connect: you choose how it proves itself and what it may use.',
    tokenEndpointAuthMethod: 'client_secret_basic',
    grantTypes: ['authorization_code', 'refresh_token'],
  },
} as const
export type Template = keyof typeof TEMPLATES
const templateNames = Object.keys(TEMPLATES) as [Template, ...Template[]]

/**
 * Where a code may be sent (RFC 9700 section 2.1, RFC 8252 section 7): https; http on this machine's own loopback; or
 * a scheme that an app owns, which has a dot in it. No fragment (RFC 6749 section 3.1.2).
 */
export function isRedirectUri(uri: string): boolean {
  if (!URL.canParse(uri) || !/^[\x21-\x7e]+$/.test(uri) || /[#\\]/.test(uri)) return false
  const { protocol, hostname, username, password } = new URL(uri)
  if (username !== '' || password !== '') return false
  if (protocol === 'https:') return true
  if (protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol.includes('.')
}

const name = z.string().trim().min(1, 'Give a name.').max(100, 'Use at most 100 characters.')
const redirectUri = z
  .string()
  .max(2000)
  .refine(
    isRedirectUri,
    'Give an https:// address (http:// on localhost only), or one of a scheme that is the app’s own (com.example.app:/), without # and blanks.',
  )
const redirectUris = z.array(redirectUri).max(50)
const grantTypes = z.array(z.enum(GRANT_TYPES)).min(1, 'Choose at least one grant.')
export const AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const
export type AuthMethod = (typeof AUTH_METHODS)[number]
const tokenEndpointAuthMethod = z.enum(AUTH_METHODS)
export const NO_REDIRECT_URI = 'Give at least one redirect URI.'

const signInOption = z.union([
  z.enum(['password', 'passkey', 'totp']),
  z.strictObject({ connection: z.string().min(1) }),
])
const step = z.object({
  options: z
    .array(signInOption)
    .min(1, 'Offer at least one way to sign in.')
    .max(20)
    .refine(
      (list) => new Set(list.map((one) => JSON.stringify(one))).size === list.length,
      'An option is there twice.',
    ),
})
export const loginFlowInput = z
  .object({
    steps: z.array(step).min(1).max(2, 'A sign-in has two steps at the most.'),
    /** Who is asked for a second factor; without it everybody where there are two steps, and otherwise who has one. */
    secondFactor: z.enum(['never', 'enrolled', 'always']).optional(),
    /** Ask for the name first: an address of a connection's domain leads there, and anything else to the password. */
    identifierFirst: z.boolean().optional(),
  })
  .refine(({ steps: [first] }) => !first?.options.includes('totp'), {
    path: ['steps', 0, 'options'],
    error: 'A code of an authenticator app is a second step.',
  })
  .refine(
    ({ steps: [, second] }) => second?.options.every((option) => option === 'totp' || option === 'passkey') ?? true,
    {
      path: ['steps', 1, 'options'],
      error: 'The second step is totp, passkey, or either.',
    },
  )
  .refine(({ steps, secondFactor }) => !(steps.length > 1 && secondFactor === 'never'), {
    path: ['secondFactor'],
    error: 'There is a second step, and nobody would be asked for it.',
  })
export const DEFAULT_LOGIN_FLOW = loginFlowInput.parse({ steps: [{ options: ['password'] }] })

const permissionNames = Object.keys(PERMISSIONS) as [Permission, ...Permission[]]
/** Scopes of scim2 and the management API that the application may ask for; none unless somebody says so. */
const permissions = z.array(z.enum(permissionNames)).max(permissionNames.length)

/**
 * What somebody has to hold who makes or changes an application with these settings: what it may ask for, to read people
 * if it is told what an administrator has mapped of them, connections if it is given what a provider gave them, and
 * everything if it says itself who a person is, because it may say that it is anybody.
 */
export function permissionsGiven(settings: {
  readonly permissions?: readonly string[] | undefined
  readonly clientMetadata?: ClientMetadata | undefined
}): readonly string[] {
  if (settings.clientMetadata?.assertsUsers === true) return permissionNames
  const mapped = Object.keys(settings.clientMetadata?.claims ?? {}).length > 0
  const given = (settings.clientMetadata?.providerTokensOf ?? []).length > 0
  return [...(settings.permissions ?? []), ...(mapped ? ['scim:read'] : []), ...(given ? ['connections:write'] : [])]
}

/** A connector that hears of the changes that an application makes. */
export const provisionerInput = z.object({
  connection: z.string().min(1),
  connector: z.string().min(1),
  blocking: z.boolean().default(false),
  jit: z.boolean().default(false),
})
export type ProvisionerInput = z.output<typeof provisionerInput>
const outboundProvisioning = z.array(provisionerInput).max(50)

export const applicationFields = z.object({
  name,
  description: z.string().trim().max(1000).optional(),
  template: z.enum(templateNames).default('traditional-web-application'),
  redirectUris: redirectUris.default([]),
  /** Those of the template, if it does not say. */
  grantTypes: grantTypes.optional(),
  tokenEndpointAuthMethod: tokenEndpointAuthMethod.optional(),
  loginFlow: loginFlowInput.optional(),
  permissions: permissions.default([]),
  clientMetadata: clientMetadata.default({}),
  outboundProvisioning: outboundProvisioning.optional(),
})
/** Without codes nobody is sent back, and there need not be any place for it. */
export const applicationInput = applicationFields.refine(
  ({ template, grantTypes: chosen, redirectUris: uris }) =>
    uris.length > 0 || !(chosen ?? [...TEMPLATES[template].grantTypes]).includes('authorization_code'),
  {
    path: ['redirectUris'],
    error: NO_REDIRECT_URI,
    // Said with whatever else is wrong, as far as these three can be read.
    when: ({ value }) =>
      applicationFields.pick({ template: true, grantTypes: true, redirectUris: true }).safeParse(value).success,
  },
)
export type ApplicationInput = z.output<typeof applicationInput>

/** A change: what is absent stays. */
export const applicationChange = z.object({
  name: name.optional(),
  description: z.string().trim().max(1000).nullable().optional(),
  redirectUris: redirectUris.optional(),
  grantTypes: grantTypes.optional(),
  tokenEndpointAuthMethod: tokenEndpointAuthMethod.optional(),
  loginFlow: loginFlowInput.optional(),
  permissions: permissions.optional(),
  /** As a whole. */
  clientMetadata: clientMetadata.optional(),
  outboundProvisioning: outboundProvisioning.optional(),
})
export type ApplicationChange = z.output<typeof applicationChange>

/** How a new secret is made; all of it has a default. */
export const secretInput = z.strictObject({
  /** How long the former one stays good: 0 ends it at once. A day if it does not say. */
  formerSecretSeconds: z
    .int()
    .min(0)
    .max(90 * 86_400)
    .optional(),
  tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'client_secret_jwt']).optional(),
})
export type SecretInput = z.output<typeof secretInput>

export const residentApplicationInput = z.object({ outboundProvisioning })
