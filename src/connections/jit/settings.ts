/** What becomes of people who arrive through a connection, as the management API and the console send it. */
import { z } from 'zod'
import { isClaimPath } from '../../core/claim-path.ts'
import { mappingRuleInput } from '../mapping.ts'

const SYNC_METHODS = ['override', 'fillEmpty', 'preserveLocal', 'firstSignIn', 'none'] as const
const syncMethod = z.enum(SYNC_METHODS)
const claim = z
  .string()
  .trim()
  .min(1, 'Name a claim.')
  .max(400, 'Use at most 400 characters.')
  .refine(isClaimPath, 'Name a claim, such as email, address.locality or "https://example.com/dept".')
const path = z.string().trim().min(1, 'Give a path.').max(400, 'Use at most 400 characters.')

const grantInput = z.object({
  claim,
  map: z
    .record(z.string().min(1).max(400), z.array(z.string().min(1).max(400)).max(50))
    .refine((all) => Object.keys(all).length <= 500, 'List at most 500 values.')
    .optional(),
  byName: z.boolean().optional(),
  sync: z.enum(['merge', 'replace']).default('merge'),
})

const linkingInput = z.object({
  rules: z
    .array(z.object({ claim, attribute: z.enum(['emails', 'userName']) }))
    .max(2, 'Use at most two rules.')
    .optional(),
  externalIdClaim: claim.optional(),
  proof: z.boolean().optional(),
})

/** The last two schemes ask for consent as well. */
const fields = {
  enabled: z.boolean(),
  scheme: z.enum(['silent', 'consent', 'password', 'username']),
  userStore: z.literal('PRIMARY'),
  attributeSync: syncMethod,
}
const further = {
  mapping: z.array(mappingRuleInput.safeExtend({ sync: syncMethod.optional() })).max(200, 'Use at most 200 rules.'),
  userNameClaim: claim,
  requiredAttributes: z.array(path).max(50),
  restrictToDomains: z.boolean(),
  groups: grantInput,
  roles: grantInput,
  linking: linkingInput,
}

export const jitInput = z.object({
  enabled: fields.enabled.default(false),
  scheme: fields.scheme.default('silent'),
  userStore: fields.userStore.default('PRIMARY'),
  attributeSync: fields.attributeSync.default('override'),
  ...z.object(further).partial().shape,
})
export const DEFAULT_JIT = jitInput.parse({})

/** A change: what is absent stays, and null takes away what is not always there. */
export const jitChange = z
  .object({
    ...fields,
    mapping: further.mapping.nullable(),
    userNameClaim: further.userNameClaim.nullable(),
    requiredAttributes: further.requiredAttributes.nullable(),
    restrictToDomains: further.restrictToDomains.nullable(),
    groups: further.groups.nullable(),
    roles: further.roles.nullable(),
    linking: further.linking.nullable(),
  })
  .partial()
export type JitChange = z.output<typeof jitChange>
