import { z } from 'zod'

export const signUpForm = z.object({
  enabled: z
    .literal('on')
    .optional()
    .transform((value) => value === 'on'),
  userName: z.enum(['email', 'chosen'], 'Choose what the user name is.'),
})
