import { z } from 'zod'
import { READABLE } from '../../core/colour.ts'
import type { Branding } from '../../db/schema.ts'
import { accentContrast } from '../../html/branding/colours.ts'

const colour = (theme: 'light' | 'dark') =>
  z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'Give a colour as # and six hexadecimal digits, such as #3348a8.')
    .transform((text) => text.toLowerCase())
    .refine((value) => accentContrast(value, theme) >= READABLE, {
      error: ({ input }) => tooPale(String(input), theme),
    })

function tooPale(value: string, theme: 'light' | 'dark'): string {
  const ratio = (Math.floor(accentContrast(value, theme) * 100) / 100).toFixed(2)
  const which = theme === 'light' ? 'darker' : 'lighter'
  return `Links in this colour could not be read on a ${theme} ground: their contrast is ${ratio} to 1, and ${READABLE} to 1 is needed. Choose a ${which} one.`
}

const address = (schemes: RegExp, words: string) =>
  z
    .string()
    .trim()
    .max(2000)
    .refine((text) => URL.canParse(text) && schemes.test(text), words)

/** What visitor pages of a tenant look like, its logo aside. What is left out is as postern has it. */
export const brandingInput = z.strictObject({
  displayName: z
    .string()
    .trim()
    .min(1, 'Give a name, or leave it out.')
    .max(100, 'Use at most 100 characters.')
    .optional(),
  accent: colour('light').optional(),
  accentDark: colour('dark').optional(),
  supportUrl: address(/^(?:https|mailto):/i, 'Give an address that begins with https: or mailto:.').optional(),
  privacyUrl: address(/^https:/i, 'Give an address that begins with https:.').optional(),
  termsUrl: address(/^https:/i, 'Give an address that begins with https:.').optional(),
}) satisfies z.ZodType<Branding>
