import { z } from 'zod'

export const consentAnswer = z.object({
  application: z.object({ id: z.string(), name: z.string() }),
  scopes: z.array(z.string()),
  grantedAt: z.iso.datetime(),
})
