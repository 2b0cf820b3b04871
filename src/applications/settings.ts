/** What an application can be told, as the management API and the console send it. */
import { z } from 'zod'
import { type Permission, PERMISSIONS } from '../directory/permissions.ts'
import { clientMetadata } from './client-metadata.ts'

/** The templates of the console's New Application, with what each presets. */
export const TEMPLATES = {
  'traditional-web-application': {
    label: 'Traditional Web Application',
    words: 'A web application that runs on a server and can keep a secret.',
    tokenEndpointAuthMethod: 'client_secret_basic',
  },
  'single-page-application': {
    label: 'Single-Page Application',
    words: 'Runs in the browser and keeps no secret: it proves itself with PKCE.',
    tokenEndpointAuthMethod: 'none',
  },
  'mobile-application': {
    label: 'Mobile Application',
    words: 'Runs on a phone or a desktop and keeps no secret: it proves itself with PKCE.',
    tokenEndpointAuthMethod: 'none',
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
  .refine(isRedirectUri, 'Give an https:// address (http:// on localhost only), without # and blanks.')
const redirectUris = z.array(redirectUri).min(1, 'Give at least one redirect URI.').max(50)
const grantTypes = z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials'])).min(1)
const tokenEndpointAuthMethod = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
])

const signInOption = z.union([z.literal('password'), z.strictObject({ connection: z.string().min(1) })])
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
export const loginFlowInput = z.object({
  steps: z.array(step).min(1).max(1, 'One step is offered so far.'),
})
export const DEFAULT_LOGIN_FLOW = loginFlowInput.parse({ steps: [{ options: ['password'] }] })

const permissionNames = Object.keys(PERMISSIONS) as [Permission, ...Permission[]]
/** Scopes of scim2 and the management API that the application may ask for; none unless somebody says so. */
const permissions = z.array(z.enum(permissionNames)).max(permissionNames.length)

/** A connector that hears of the changes that an application makes. */
export const provisionerInput = z.object({
  connection: z.string().min(1),
  connector: z.string().min(1),
  blocking: z.boolean().default(false),
  jit: z.boolean().default(false),
})
export type ProvisionerInput = z.output<typeof provisionerInput>
const outboundProvisioning = z.array(provisionerInput).max(50)

export const applicationInput = z.object({
  name,
  description: z.string().trim().max(1000).optional(),
  template: z.enum(templateNames).default('traditional-web-application'),
  redirectUris,
  grantTypes: grantTypes.default(['authorization_code']),
  tokenEndpointAuthMethod: tokenEndpointAuthMethod.optional(),
  loginFlow: loginFlowInput.optional(),
  permissions: permissions.default([]),
  clientMetadata: clientMetadata.default({}),
  outboundProvisioning: outboundProvisioning.optional(),
})
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

export const residentApplicationInput = z.object({ outboundProvisioning })
