/** When something that is made in the console ends by itself: as its form offers it, and as the command takes it. */
import { html } from 'hono/html'
import { z } from 'zod'
import { errorOf, field, type Html } from '../html.ts'
import { radios } from '../html/choices.ts'
import { type Draft, valueOf } from './form.ts'

const DAY_MS = 24 * 3600 * 1000
/** How long it may live. */
export const LIVES = {
  '90': 'In 90 days',
  '180': 'In 180 days',
  '365': 'In a year',
  date: 'On a date',
  never: 'Never',
} as const
type Life = keyof typeof LIVES
const lives = Object.keys(LIVES) as [Life, ...Life[]]

export const expiryFields = {
  expires: z.enum(lives, 'Say when the token expires.'),
  until: z.string().trim().default(''),
}
type Expiry = { readonly expires: Life; readonly until: string }

/** The rest of a form with the moment that its expiry comes to; none for what never ends. */
export function withExpiry<Rest extends object>(now: Date) {
  return ({ expires, until, ...rest }: Rest & Expiry, context: z.RefinementCtx): Rest & { expiresAt?: Date } => {
    const form = rest as unknown as Rest
    if (expires === 'never') return form
    if (expires !== 'date') return { ...form, expiresAt: new Date(now.getTime() + Number(expires) * DAY_MS) }
    const expiresAt = endOfDay(until)
    const message = !expiresAt ? 'Give a date such as 2030-12-31.' : expiresAt <= now && 'This day is past.'
    if (message) context.addIssue({ code: 'custom', message, path: ['until'] })
    return { ...form, ...(expiresAt ? { expiresAt } : {}) }
  }
}

/** When a day ends, in UTC: it is the last one on which the token is worth something. */
function endOfDay(day: string): Date | undefined {
  if (!z.iso.date().safeParse(day).success) return undefined
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS)
}

export function expiryFieldsOf({ values, errors }: Draft): Html {
  const shared = (name: string) => ({ name, value: valueOf(values, name), error: errorOf(errors, name) })
  const choices = Object.entries(LIVES).map(([value, label]) => ({ value, label }))
  return html`${radios({ ...shared('expires'), label: 'Expires', choices, value: valueOf(values, 'expires') ?? '365' })}
    <div class="if-date">
      ${field({ ...shared('until'), label: 'Date', type: 'date', help: 'The last day, in UTC, on which the token can be used.' })}
    </div>`
}
