import { z } from 'zod'

export const sessionAnswer = z.object({
  sid: z.string().describe('The public name of the session, as in id_tokens; with pairwise subjects they have others'),
  method: z.string().describe('The first step: pwd, passkey, or the id of the connection that vouched for the user'),
  amr: z.array(z.string()).optional().describe('How the user signed in, every step of it (RFC 8176)'),
  userAgent: z.string().optional(),
  authenticatedAt: z.iso.datetime(),
  lastUsed: z.iso.datetime().describe('To the minute'),
  expires: z.iso.datetime().describe('The latest; a session that is not used ends before'),
})
