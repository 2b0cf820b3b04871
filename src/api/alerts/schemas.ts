/** What the management API gives about webhooks and alerts. */
import { z } from 'zod'
import { ALERT_TYPES } from '../../connections/alerts/settings.ts'
import { connectionAnswer, createdId } from '../schemas.ts'

const made = {
  signingSecrets: z
    .record(z.string(), z.string())
    .optional()
    .describe('Of webhooks that were made without a signing secret, by the connector’s name: shown this once'),
}
export const createdConnection = createdId.extend(made)
export const changedConnection = connectionAnswer.extend(made)

export const signingSecretAnswer = z.object({ signingSecret: z.string() })

export const testAnswer = z.object({
  heard: z.boolean().describe('The receiver answered 2xx'),
  status: z.number().optional().describe('Absent if no answer came'),
  error: z.string().optional(),
})

export const alertSettingsAnswer = z.object({
  url: z.string(),
  events: z.array(z.enum(ALERT_TYPES)),
  secret: z.string().optional().describe('If it was made just now: shown this once'),
  lastModified: z.string(),
})

export const alertAnswer = z.object({
  id: z.string(),
  type: z.enum(ALERT_TYPES),
  data: z.record(z.string(), z.unknown()),
  state: z.enum(['pending', 'delivered', 'dead']),
  attempts: z.number(),
  lastError: z.string().optional(),
  nextAttemptAt: z.string().optional(),
  created: z.string(),
  lastModified: z.string(),
})
export const alertList = z.object({ items: z.array(alertAnswer) })
