/** What a SCIM 2.0 connector can be told: the tutorial's fields, and more. */
import { z } from 'zod'
import type { TargetProfile } from '../../db/schema.ts'
import { endpoint, headerSecret, secret, text } from '../fields.ts'
import { PROFILES, profileOf } from './profiles.ts'
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
  z.object({ mode: z.literal('bearer'), token: headerSecret.optional() }),
  z.object({ mode: z.literal('apiKey'), header: headerName, value: headerSecret.optional() }),
  z.object({
    mode: z.literal('clientCredentials'),
    tokenEndpoint: endpoint,
    clientId: text,
    clientSecret: secret.optional(),
    scope: text.optional(),
  }),
])

const profileNames = Object.keys(PROFILES) as [TargetProfile, ...TargetProfile[]]

const departure = z.enum(['delete', 'deactivate']).optional()

const fields = z.object({
  /** Absent: this type. */
  type: z.literal('scim2').optional(),
  ...sharedInput,
  reconciliation: reconciliationInput.optional(),
  authentication,
  profile: z.enum(profileNames, 'Choose one of the targets.').optional(),
  /** The endpoints are `/Users` and `/Groups` below it, unless they are given. */
  baseUrl: endpoint.optional(),
  userEndpoint: endpoint.optional(),
  groupEndpoint: endpoint.optional(),
  userStoreDomain: z.string().trim().max(100).optional(),
  /** What becomes of the account of who is not to go out any more. */
  leaving: departure,
  /** The same of who was deleted here. */
  deletion: departure,
  updateMethod: z.enum(['auto', 'put', 'patch']).optional(),
  passwordProvisioning: z.boolean().default(true),
  defaultPassword: secret.optional(),
})

export const scim2Input = fields
  .refine(({ baseUrl, userEndpoint }) => baseUrl !== undefined || userEndpoint !== undefined, {
    error: 'Give a user endpoint, or a base URL.',
    path: ['userEndpoint'],
  })
  .refine(({ profile, updateMethod }) => updateMethod !== 'put' || profileOf({ profile }).withoutPut.length === 0, {
    error: 'This target takes no PUT.',
    path: ['updateMethod'],
  })
export type Scim2Input = z.output<typeof scim2Input>
