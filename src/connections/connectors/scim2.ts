/** What a SCIM 2.0 connector can be told: the tutorial's fields, and more. */
import { z } from 'zod'
import { endpoint, secret, text } from '../fields.ts'
import { reconciliationInput, sharedInput } from './shared.ts'

/** A header that a key may stand in: none that says how the message is read or where it goes. */
const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'Give the name of an HTTP header.')
  .refine((header) => !/^(host|content-.*|transfer-encoding|connection|te|upgrade|accept)$/i.test(header), {
    error: 'A key cannot stand in this header.',
  })

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

export const scim2Input = z.object({
  /** Absent: this type. */
  type: z.literal('scim2').optional(),
  ...sharedInput,
  reconciliation: reconciliationInput.optional(),
  authentication,
  userEndpoint: endpoint,
  groupEndpoint: endpoint.optional(),
  userStoreDomain: z.string().trim().max(100).optional(),
  updateMethod: z.enum(['auto', 'put', 'patch']).optional(),
  passwordProvisioning: z.boolean().default(true),
  defaultPassword: secret.optional(),
})
export type Scim2Input = z.output<typeof scim2Input>
