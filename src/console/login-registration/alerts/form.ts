/** The form of where alerts go, and the settings that it stands for. */
import { z } from 'zod'
import { ALERT_TYPES, alertSettingsInput } from '../../../connections/alerts/settings.ts'
import type { AlertType } from '../../../db/schema.ts'

/** What each event tells of, and the name of its box in the form. */
export const EVENTS: Readonly<Record<AlertType, { readonly field: string; readonly label: string }>> = {
  'connector.paused': { field: 'paused', label: 'A connector was paused: its target refused us' },
  'connector.quarantined': {
    field: 'quarantined',
    label: 'A connector is in quarantine: its target refuses most of what it is sent',
  },
  'connector.resumed': { field: 'resumed', label: 'A connector that was paused or in quarantine goes on' },
  'connector.deadLetters': { field: 'deadLetters', label: 'A delivery was given up after 28 days' },
}

const fields = z
  .object({ url: z.string().trim().default(''), secret: z.string().trim().default('') })
  .catchall(z.unknown())

export const alertsForm = fields.transform((form, context) => {
  const events = ALERT_TYPES.filter((type) => form[EVENTS[type].field] === 'on')
  const parsed = alertSettingsInput.safeParse({ url: form.url, secret: form.secret || undefined, events })
  if (parsed.success) return parsed.data
  for (const { message, path } of parsed.error.issues)
    context.addIssue({ code: 'custom', message, path: path.slice(0, 1) })
  return z.NEVER
})
