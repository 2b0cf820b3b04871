/** What a connection can be told, as the management API and the console send it. Secrets go in here and never come out. */
import { z } from 'zod'
import { parseFilter } from '../scim/filter.ts'

const name = z.string().trim().min(1, 'Give a name.').max(100, 'Use at most 100 characters.')
const text = z.string().trim().min(1, 'Give a value.').max(2000, 'Use at most 2,000 characters.')
const endpoint = z
  .url({ protocol: /^https?$/, error: 'Give an address that begins with https:// (or http://).' })
  .max(2000)
const secret = z.string().min(1, 'Give a value.').max(4000, 'Use at most 4,000 characters.')
/** A header that a key may stand in: none that says how the message is read or where it goes. */
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'Give the name of an HTTP header.')
  .refine((header) => !/^(host|content-.*|transfer-encoding|connection|te|upgrade|accept)$/i.test(header), {
    error: 'A key cannot stand in this header.',
  })

export const authenticatorInput = z.object({
  type: z.literal('oidc'),
  clientId: text,
  /** Absent in a change: the present one stays. */
  clientSecret: secret.optional(),
  authorizationEndpoint: endpoint,
  tokenEndpoint: endpoint,
  issuer: endpoint.optional(),
  jwksUri: endpoint.optional(),
  userinfoEndpoint: endpoint.optional(),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'A scope has no blanks.'))
    .max(50)
    .optional(),
})
export type AuthenticatorInput = z.output<typeof authenticatorInput>

export const jitInput = z.object({
  enabled: z.boolean().default(false),
  scheme: z.enum(['silent', 'consent', 'password', 'username']).default('silent'),
  userStore: z.literal('PRIMARY').default('PRIMARY'),
  attributeSync: z.enum(['override', 'preserveLocal', 'none']).default('override'),
})
export const DEFAULT_JIT = jitInput.parse({})

const authentication = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('none') }),
  z.object({ mode: z.literal('basic'), username: text, password: secret.optional() }),
  z.object({ mode: z.literal('bearer'), token: secret.optional() }),
  z.object({ mode: z.literal('apiKey'), header: headerName, value: secret.optional() }),
  z.object({
    mode: z.literal('clientCredentials'),
    tokenEndpoint: endpoint,
    clientId: text,
    clientSecret: secret.optional(),
    scope: text.optional(),
  }),
])

/** Whether the grammar can read it; what attributes there are, a tenant decides. */
function isFilter(text: string): boolean {
  try {
    return text === '' || parseFilter(text) !== undefined
  } catch {
    return false
  }
}

export const connectorInput = z.object({
  type: z.literal('scim2').default('scim2'),
  name,
  enabled: z.boolean().default(false),
  authentication,
  userEndpoint: endpoint,
  groupEndpoint: endpoint.optional(),
  userStoreDomain: z.string().trim().max(100).optional(),
  updateMethod: z.enum(['auto', 'put', 'patch']).optional(),
  /** A SCIM filter: only users who match it go out. */
  userFilter: z
    .string()
    .trim()
    .max(4000, 'Use at most 4,000 characters.')
    .refine(isFilter, 'This is no SCIM filter.')
    .optional(),
  passwordProvisioning: z.boolean().default(true),
  defaultPassword: secret.optional(),
})
export type ConnectorInput = z.output<typeof connectorInput>

const outboundInput = z.object({
  connectors: z
    .array(connectorInput)
    .max(20)
    .refine((list) => new Set(list.map((one) => one.name)).size === list.length, 'Two connectors have the same name.')
    .optional(),
  /** Ids or display names of roles; only their members are provisioned out. */
  roles: z.array(z.string().min(1)).max(200).optional(),
})

export const connectionInput = z.object({
  name,
  description: z.string().trim().max(1000).optional(),
  authenticator: authenticatorInput.optional(),
  jit: jitInput.optional(),
  outbound: outboundInput.optional(),
})
export type ConnectionInput = z.output<typeof connectionInput>

/** A change: what is absent stays; `authenticator: null` takes it away. Connectors are the whole list, by name. */
export const connectionChange = z.object({
  name: name.optional(),
  description: z.string().trim().max(1000).nullable().optional(),
  authenticator: authenticatorInput
    .partial()
    .extend({ type: z.literal('oidc').default('oidc') })
    .nullable()
    .optional(),
  jit: z
    .object({
      enabled: z.boolean(),
      scheme: z.enum(['silent', 'consent', 'password', 'username']),
      userStore: z.literal('PRIMARY'),
      attributeSync: z.enum(['override', 'preserveLocal', 'none']),
    })
    .partial()
    .optional(),
  outbound: outboundInput.optional(),
})
export type ConnectionChange = z.output<typeof connectionChange>
