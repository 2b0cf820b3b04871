/** What the management API takes and gives about the outbound log. */
import { z } from 'zod'
import { dates, pageQuery } from '../schemas.ts'

const state = z.enum(['pending', 'delivered', 'retrying', 'blocked', 'dead', 'refused'])
const resourceType = z.enum(['User', 'Group'])
const time = z.iso
  .datetime({ offset: true, error: 'Give a date and time such as 2030-12-31T08:00:00Z.' })
  .transform((text) => new Date(text))
  .optional()

export const deliveryQuery = pageQuery
  .extend({
    connection: z.string().optional().describe('The id of a connection'),
    connector: z.string().optional().describe('The id or the name of a connector'),
    resource: z.string().max(1000).optional().describe('The id of a resource, or a part of its name'),
    resourceType: resourceType.optional(),
    state: state.optional(),
    from: time.describe('Changes from then on'),
    to: time.describe('Changes before then'),
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: 'This is not after from.' })

const attemptAnswer = z.object({
  attempt: z.number(),
  decision: z.string().optional().describe('What was to be done at the target'),
  at: z.string(),
  method: z.string(),
  url: z.string(),
  status: z.number().optional(),
  error: z.string().optional(),
  request: z.string().optional().describe('The body that was sent, without secrets; cut if it is long'),
  answer: z.string().optional().describe('The body that came back, without secrets; cut if it is long'),
  durationMs: z.number(),
})
export const deliveryAnswer = z.object({
  id: z.string(),
  connection: z.string(),
  connector: z.string(),
  resourceType,
  resourceId: z.string(),
  resourceName: z.string(),
  operation: z.enum(['create', 'update', 'delete']),
  state,
  attempts: z.number(),
  lastError: z.string().optional(),
  nextAttemptAt: z.string().optional(),
  ...dates,
})
export const deliveryWithRequests = deliveryAnswer.extend({ requests: z.array(attemptAnswer) })

export const healthAnswer = z.object({
  open: z.object({ pending: z.number(), retrying: z.number(), blocked: z.number(), dead: z.number() }),
  oldestUndelivered: z
    .string()
    .optional()
    .describe('When the oldest change was made that is still going to be delivered'),
  deliveredLastDay: z.number(),
  deliveredPerMinute: z.number().describe('Over the last five minutes'),
  hours: z
    .array(z.object({ from: z.string(), delivered: z.number() }))
    .describe('The last 24 hours of the clock, the present one last'),
  connectors: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      enabled: z.boolean(),
      paused: z.object({ since: z.string(), reason: z.string().optional() }).optional(),
      quarantined: z
        .object({ since: z.string(), reason: z.string().optional() })
        .optional()
        .describe('It refuses most of what it is sent: one delivery goes now and then, to see'),
      removalsHeld: z.string().optional().describe('Since when removals wait for somebody to allow them'),
      waitsUntil: z.string().optional(),
      lastSuccess: z.string().optional(),
      lastFailure: z.string().optional(),
    }),
  ),
})

export const retryInput = z.object({
  connection: z.string().min(1).describe('The id of a connection'),
  states: z
    .array(z.enum(['blocked', 'dead']))
    .min(1)
    .default(['blocked', 'dead']),
})
export const retryAnswer = z.object({ retried: z.number() })
