import { z } from 'zod'

/** Whether strangers may sign up, as the management API and the console send it. */
export const signUpPolicyInput = z.strictObject({
  enabled: z.boolean(),
  userName: z
    .enum(['email', 'chosen'])
    .default('email')
    .describe('The e-mail address, or a name that the person chooses'),
})
