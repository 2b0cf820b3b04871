import { z } from 'zod'
import { scimTokenInput } from '../schemas.ts'

export const registrationSettingsInput = z.strictObject({
  /** `token`: with an initial access token; `open`: everybody. */
  policy: z.enum(['off', 'token', 'open']),
  /** Whether PKCE is demanded of clients that keep a secret, when they register. */
  requirePkce: z.boolean().default(true),
})
export const initialTokenInput = scimTokenInput.pick({ description: true, expiresAt: true })
export const initialTokenItem = z.object({
  id: z.string(),
  description: z.string(),
  expiresAt: z.string().optional(),
  created: z.string(),
})
