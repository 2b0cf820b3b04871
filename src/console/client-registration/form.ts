import { z } from 'zod'
import { initialTokenInput, registrationSettingsInput } from '../../api/registration/schemas.ts'
import { expiryFields, withExpiry } from '../expiry.ts'

export const POLICIES = {
  off: { label: 'Off', words: 'Nobody but an administrator registers applications.' },
  token: { label: 'With an initial token', words: 'Whoever has one of the tokens below may register applications.' },
  open: {
    label: 'Open',
    words: 'Anybody who reaches this server may. People are asked before such an application learns anything of them.',
  },
} as const
export type Policy = keyof typeof POLICIES

export const registrationForm = z.object({
  policy: registrationSettingsInput.shape.policy,
  requirePkce: z
    .literal('on')
    .optional()
    .transform((ticked) => ticked === 'on'),
})

/** The form of a new initial access token as the command takes it. */
export function initialTokenForm(now: Date) {
  return z
    .object({ description: initialTokenInput.shape.description, ...expiryFields })
    .transform(withExpiry<{ description: string }>(now))
}
