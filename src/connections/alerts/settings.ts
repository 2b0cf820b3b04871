import { z } from 'zod'
import type { AlertType } from '../../db/schema.ts'
import { signingSecret } from '../connectors/webhook.ts'
import { endpoint } from '../fields.ts'

/** What a tenant can be told of. */
export const ALERT_TYPES = [
  'connector.paused',
  'connector.quarantined',
  'connector.resumed',
  'connector.deadLetters',
] as const satisfies readonly AlertType[]

/** Where a tenant hears of trouble. Without a secret the present one stays; the first time, one is made. */
export const alertSettingsInput = z.strictObject({
  url: endpoint,
  secret: signingSecret.optional(),
  events: z
    .array(z.enum(ALERT_TYPES))
    .min(1, 'Choose at least one.')
    .transform((events) => [...new Set(events)])
    .default([...ALERT_TYPES]),
})
export type AlertSettingsInput = z.output<typeof alertSettingsInput>
