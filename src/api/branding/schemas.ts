import { z } from 'zod'

export const brandingAnswer = z.object({
  displayName: z.string().optional(),
  accent: z.string().optional(),
  accentDark: z.string().optional(),
  supportUrl: z.string().optional(),
  privacyUrl: z.string().optional(),
  termsUrl: z.string().optional(),
  /** Where the logo is. */
  logo: z.string().optional(),
})
