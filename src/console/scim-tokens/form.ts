import { z } from 'zod'
import { scimTokenInput } from '../../api/schemas.ts'
import type { NewScimToken } from '../../directory/credentials/commands.ts'

export const ACCESS = {
  write: { label: 'Read and change', words: 'Finds, adds, changes and deletes users and groups.' },
  read: { label: 'Read only', words: 'Finds users, groups and roles, and changes nothing.' },
} as const

export const CONFORMANCE = {
  lenient: {
    label: 'Lenient',
    words:
      'Understands what Entra ID, Okta, OneLogin and others send where it is not what the RFCs say, such as “Add” for “add” or "True" for true. What makes no sense is refused all the same.',
  },
  strict: {
    label: 'Strict',
    words:
      'Takes RFC 7643 and RFC 7644 to the letter, and refuses everything else with an error that says why: for a client that you write yourself, or want to test.',
  },
} as const

const DAY_MS = 24 * 3600 * 1000
/** How long a token may live, as the form offers it. */
export const LIVES = {
  '90': 'In 90 days',
  '180': 'In 180 days',
  '365': 'In a year',
  date: 'On a date',
  never: 'Never',
} as const
type Life = keyof typeof LIVES
const lives = Object.keys(LIVES) as [Life, ...Life[]]

const { description, access, conformance } = scimTokenInput.shape

/** The form of a new token as the command takes it. */
export function scimTokenForm(now: Date) {
  return z
    .object({
      description,
      access: access.unwrap(),
      conformance: conformance.unwrap(),
      expires: z.enum(lives, 'Say when the token expires.'),
      until: z.string().trim().default(''),
    })
    .transform(({ expires, until, ...form }, context): NewScimToken => {
      if (expires === 'never') return form
      if (expires !== 'date') return { ...form, expiresAt: new Date(now.getTime() + Number(expires) * DAY_MS) }
      const expiresAt = endOfDay(until)
      const message = !expiresAt ? 'Give a date such as 2030-12-31.' : expiresAt <= now && 'This day is past.'
      if (message) context.addIssue({ code: 'custom', message, path: ['until'] })
      return { ...form, expiresAt }
    })
}

/** When a day ends, in UTC: it is the last one on which the token is worth something. */
function endOfDay(day: string): Date | undefined {
  if (!z.iso.date().safeParse(day).success) return undefined
  return new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS)
}
