/** What the management API takes and gives about what targets have. */
import { z } from 'zod'
import { pageQuery } from '../schemas.ts'

const policy = z.enum(['report', 'overwrite', 'adopt'])
const kind = z.enum(['changed', 'missing', 'unlinked', 'leftover', 'unmanaged'])
const state = z.enum(['open', 'repaired', 'accepted'])
const resourceType = z.enum(['User', 'Group'])

export const reconciliationStart = z.object({
  policy: policy.optional().describe("Absent: the connector's own, and report if it has none"),
})

const perState = z.object({ open: z.number(), repaired: z.number(), accepted: z.number() })
const counts = {
  seen: z.number().describe('What the target listed'),
  same: z.number(),
  unmanaged: z.number().describe('What was never ours'),
  unread: z.number().describe('What the target does not show, or not in an answer that is short enough'),
  drifts: z.object({ changed: perState, missing: perState, unlinked: perState, leftover: perState }),
}
/** How a reconciliation fares; of a connector that never had one, only that, and when the first one is to begin. */
export const reconciliationAnswer = z.union([
  z.object({ state: z.enum(['none', 'planned']), next: z.string().optional() }),
  z.object({
    state: z.enum(['running', 'done', 'stopped', 'failed']),
    phase: z.enum(['User', 'Group', 'missing']),
    policy,
    trigger: z.enum(['schedule', 'hand']),
    ...counts,
    error: z.string().optional(),
    started: z.string(),
    lastModified: z.string(),
    next: z.string().optional().describe('When the schedule has the next one begin'),
  }),
])

export const driftQuery = pageQuery.extend({ kind: kind.optional(), state: state.optional() })
export const driftSelection = z.object({ kind: kind.exclude(['unmanaged']).optional() })
export const driftTotal = z.object({ total: z.number() })

export const driftAnswer = z.object({
  id: z.string(),
  kind,
  state,
  resourceType,
  resourceId: z.string().optional(),
  remoteId: z.string(),
  name: z.string(),
  differences: z.array(z.object({ path: z.string(), wanted: z.unknown(), found: z.unknown() })),
  members: z
    .object({
      absent: z.array(z.object({ id: z.string(), remoteId: z.string() })).describe('The first thousand'),
      absentTotal: z.number(),
      extra: z.array(z.object({ remoteId: z.string(), display: z.string() })).describe('The first thousand'),
      extraTotal: z.number(),
    })
    .optional(),
  found: z.string(),
})
