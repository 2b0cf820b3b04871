/** What the management API takes and gives about the log of sign-ins at providers, and about dry runs. */
import { z } from 'zod'
import { pageQuery } from '../schemas.ts'

const decision = z.enum(['sign-in', 'link', 'prove', 'create', 'ask', 'refuse', 'failed'])

export const decisionQuery = pageQuery.extend({
  connection: z.string().max(200).optional().describe('The id of a connection'),
  user: z.string().max(200).optional().describe('The id of a user'),
  decision: decision.optional(),
})

const explained = {
  decision,
  reason: z.string().describe('A code: linked-before, new, deactivated, …'),
  explanation: z.string().describe('The reason in a sentence'),
  details: z.record(z.string(), z.unknown()).describe('What it was decided by'),
}

export const decisionAnswer = z.object({
  id: z.string(),
  at: z.string(),
  connection: z.string(),
  connectionName: z.string(),
  issuer: z.string(),
  subject: z.string(),
  display: z.string().optional().describe('What she is called at the provider'),
  userId: z.string().optional(),
  ...explained,
  requestId: z.string().optional(),
})

export const dryRunInput = z.strictObject({
  claims: z.record(z.string(), z.unknown()).describe('What the provider would say: id_token and userinfo'),
  issuer: z.string().max(2000).optional().describe('The claim iss, or that of the connection, unless told'),
  subject: z.string().min(1).max(2000).optional().describe('The claim sub unless told'),
})

export const dryRunAnswer = z.object({
  ...explained,
  userId: z.string().optional(),
  userName: z.string().optional(),
  user: z.record(z.string(), z.unknown()).optional().describe('The account that she would get'),
  asks: z
    .array(z.string())
    .optional()
    .describe('What she is asked first: fields of the page, and attributes by their paths'),
  changes: z
    .array(z.object({ attribute: z.string(), to: z.unknown().optional() }))
    .optional()
    .describe('Attributes that would be changed, and to what; without `to` it would go'),
  memberships: z
    .array(
      z.object({
        kind: z.enum(['group', 'role']),
        change: z.enum(['add', 'remove']),
        id: z.string(),
        name: z.string(),
      }),
    )
    .optional()
    .describe('Groups and roles that she would come into and go out of'),
})
