import { z } from 'zod'

/** A tenant's password policy, as the management API and the console send it: the whole of it. */
export const passwordPolicyInput = z.strictObject({
  minLength: z.number().int().min(1).max(128),
  digit: z.boolean(),
  upperCase: z.boolean(),
  lowerCase: z.boolean(),
  special: z.boolean(),
  history: z.number().int().min(0).max(24),
})
