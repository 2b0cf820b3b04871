import { z } from 'zod'

/** How long a tenant keeps its outbound log, as the management API takes it; the console's form gives text. */
export const logSettingsInput = z.strictObject({
  keepDays: z
    .number('Give a whole number from 1 to 3650.')
    .int('Give a whole number from 1 to 3650.')
    .min(1, 'Give a whole number from 1 to 3650.')
    .max(3650, 'Give a whole number from 1 to 3650.'),
})
export type LogSettings = z.infer<typeof logSettingsInput>

export const DEFAULT_LOG_SETTINGS: LogSettings = { keepDays: 90 }
