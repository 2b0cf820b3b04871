/** What a connection can be told, as the management API and the console send it. Secrets go in here and never come out. */
import { z } from 'zod'
import { connectorInput } from './connectors/settings.ts'
import { endpoint, name, secret, text } from './fields.ts'

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

const outboundInput = z.object({
  connectors: z
    .array(connectorInput)
    .max(20)
    .refine((list) => new Set(list.map((one) => one.name)).size === list.length, 'Two connectors have the same name.')
    .optional(),
  /** Ids or display names of roles and of groups; only who holds one or is in one is provisioned out. */
  roles: z.array(z.string().min(1)).max(200).optional(),
  groups: z.array(z.string().min(1)).max(200).optional(),
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
