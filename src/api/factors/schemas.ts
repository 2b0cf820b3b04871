import { z } from 'zod'

export const factorAnswer = z.object({
  id: z.string().describe('totp, recovery-codes, or the id of a passkey'),
  type: z.enum(['totp', 'passkey', 'recovery-codes']),
  name: z.string().optional().describe('What the user calls a passkey'),
  synced: z.boolean().optional().describe('Whether a passkey is copied to other devices of the user'),
  left: z.number().int().optional().describe('Recovery codes that were not used yet'),
  created: z.iso.datetime().optional(),
  lastUsed: z.iso.datetime().optional(),
})
