import { z } from 'zod'
import type { PasswordPolicy } from '../../db/schema.ts'
import { passwordPolicyInput } from '../../directory/passwords/settings.ts'

const { minLength, history } = passwordPolicyInput.shape

/** What was typed as a number that the management API takes too. */
function numberIn(range: typeof minLength) {
  const words = `Give a whole number from ${range.minValue} to ${range.maxValue}.`
  return z
    .string(words)
    .trim()
    .regex(/^\d{1,9}$/, words)
    .transform(Number)
    .refine((number) => range.safeParse(number).success, words)
}

const box = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on')

export const policyForm = z
  .object({
    minLength: numberIn(minLength),
    digit: box,
    upperCase: box,
    lowerCase: box,
    special: box,
    history: numberIn(history),
  })
  .transform((form): PasswordPolicy => passwordPolicyInput.parse(form))
