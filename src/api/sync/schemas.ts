import { z } from 'zod'

export const provisionInput = z.object({
  resourceType: z.enum(['User', 'Group']),
  id: z.string().min(1, 'Say which one.').max(200),
})

/** How the sync of a whole directory fares; of a connector that never had one, only that. */
export const syncAnswer = z.union([
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.enum(['running', 'done', 'stopped']),
    phase: z.enum(['User', 'Group']),
    total: z.number(),
    seen: z.number(),
    marked: z.number(),
    started: z.string(),
    lastModified: z.string(),
  }),
])

export const differenceAnswer = z.object({
  kind: z.enum(['create', 'replace', 'deactivate', 'remove']),
  resourceType: z.enum(['User', 'Group']),
  resourceId: z.string(),
  resourceName: z.string(),
  /** The names of those that would be sent otherwise than they were. */
  attributes: z.array(z.string()),
})
