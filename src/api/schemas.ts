/** What the management API takes and gives beside the settings of applications and connections. */
import { z } from 'zod'
import { clientMetadata } from '../applications/client-metadata.ts'
import { provisionerInput } from '../applications/settings.ts'
import { MAX_PASSWORD_BYTES } from '../core/password.ts'
import { reconciliationInput } from '../connections/connectors/shared.ts'
import { jitInput } from '../connections/jit/settings.ts'

export const tenantInput = z.object({
  slug: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'Use up to 63 lower-case letters, digits and hyphens within.'),
  name: z.string().trim().min(1, 'Give a name.').max(100),
  admin: z.object({
    userName: z.string().trim().min(1, 'Give a user name.').max(256),
    password: z
      .string()
      .min(1)
      .refine((text) => new TextEncoder().encode(text).length <= MAX_PASSWORD_BYTES, 'Use at most 1,024 bytes.'),
  }),
})
export const tenantAnswer = z.object({ id: z.string(), slug: z.string(), name: z.string(), issuer: z.string() })

export const scimTokenInput = z.object({
  description: z.string().trim().min(1, 'Say what the token is for.').max(200),
  expiresAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  access: z.enum(['read', 'write']).default('write'),
  conformance: z.enum(['lenient', 'strict']).default('lenient'),
})
export const scimTokenAnswer = z.object({ id: z.string(), token: z.string() })
export const scimTokenItem = z.object({
  id: z.string(),
  description: z.string(),
  access: z.enum(['read', 'write']),
  conformance: z.enum(['lenient', 'strict']),
  expiresAt: z.string().optional(),
  lastUsed: z.string().optional(),
  created: z.string(),
})
export const deletedUserItem = z.object({
  id: z.string(),
  userName: z.string(),
  externalId: z.string().optional(),
  deleted: z.string(),
})

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
})

export const createdApplication = z.object({
  id: z.string(),
  clientId: z.string(),
  clientSecret: z.string().optional(),
})
export const createdId = z.object({ id: z.string() })

export const dates = { created: z.string(), lastModified: z.string() }
export const applicationAnswer = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  template: z.string(),
  clientId: z.string(),
  redirectUris: z.array(z.string()),
  grantTypes: z.array(z.string()),
  tokenEndpointAuthMethod: z.string(),
  /** While the secret before the present one is good beside it. */
  formerSecretExpiresAt: z.string().optional(),
  loginFlow: z.object({
    steps: z.array(
      z.object({
        options: z.array(z.union([z.enum(['password', 'passkey', 'totp']), z.object({ connection: z.string() })])),
      }),
    ),
    secondFactor: z.enum(['never', 'enrolled', 'always']).optional(),
    identifierFirst: z.boolean().optional(),
  }),
  permissions: z.array(z.string()),
  clientMetadata,
  outboundProvisioning: z.array(provisionerInput),
  ...dates,
})
export const residentAnswer = z.object({ outboundProvisioning: z.array(provisionerInput) })

const connectorShared = {
  id: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  userFilter: z.string().optional(),
  deletionGuard: z.number().optional(),
  groupFilter: z.string().optional(),
  mapping: z.record(z.string(), z.unknown()).optional(),
  passwordProvisioning: z.boolean(),
}
const patternShared = { pattern: z.string().optional(), separator: z.string().optional() }
const connectorAnswer = z.discriminatedUnion('type', [
  z.object({
    ...connectorShared,
    type: z.literal('scim2'),
    authentication: z.record(z.string(), z.unknown()),
    profile: z.string().optional(),
    baseUrl: z.string().optional(),
    /** Where they are, given or below the base URL. */
    userEndpoint: z.string(),
    groupEndpoint: z.string().optional(),
    userStoreDomain: z.string().optional(),
    updateMethod: z.enum(['put', 'patch']).optional(),
    leaving: z.literal('deactivate').optional(),
    deletion: z.literal('deactivate').optional(),
    reconciliation: reconciliationInput.optional(),
  }),
  z.object({
    ...connectorShared,
    ...patternShared,
    type: z.literal('google'),
    domainName: z.string(),
    emailAttribute: z.string().optional(),
    givenNameAttribute: z.string().optional(),
    familyNameAttribute: z.string().optional(),
    serviceAccountEmail: z.string(),
    adminEmail: z.string(),
    applicationName: z.string().optional(),
    deprovisioning: z.enum(['delete', 'suspend']).optional(),
    apiUrl: z.string().optional(),
    tokenEndpoint: z.string().optional(),
  }),
  z.object({
    ...connectorShared,
    ...patternShared,
    type: z.literal('salesforce'),
    apiVersion: z.string(),
    domainName: z.string(),
    clientId: z.string(),
    grant: z.enum(['password', 'clientCredentials']),
    username: z.string().optional(),
    tokenEndpoint: z.string(),
    provisioningDomain: z.string().optional(),
    externalIdField: z.string().optional(),
    profileId: z.string(),
    timeZone: z.string().optional(),
    locale: z.string().optional(),
    emailEncoding: z.string().optional(),
    language: z.string().optional(),
  }),
  z.object({ ...connectorShared, type: z.literal('webhook'), url: z.string(), groups: z.boolean() }),
])
export type ConnectorAnswer = z.input<typeof connectorAnswer>
export const connectionAnswer = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  authenticator: z.record(z.string(), z.unknown()).optional(),
  /** As a JWK, where the connection proves itself with a key. */
  publicKey: z.record(z.string(), z.unknown()).optional(),
  domains: z.array(z.string()),
  jit: jitInput.extend({ mapping: z.array(z.record(z.string(), z.unknown())).optional() }),
  outbound: z.object({ connectors: z.array(connectorAnswer), roles: z.array(z.string()), groups: z.array(z.string()) }),
  ...dates,
})

/** A page of a list (contract: `limit` and `cursor`). */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().optional() })
}
