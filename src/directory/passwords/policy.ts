import { ScimError } from '../core/errors.ts'
import { MAX_PASSWORD_BYTES } from '../core/password.ts'

const RULES: readonly { readonly wants: string; readonly holds: (password: string) => boolean }[] = [
  { wants: 'at least 8 characters', holds: (p) => [...p].length >= 8 },
  { wants: 'a digit', holds: (p) => /\p{Nd}/u.test(p) },
  { wants: 'an upper-case letter', holds: (p) => /\p{Lu}/u.test(p) },
  { wants: 'a lower-case letter', holds: (p) => /\p{Ll}/u.test(p) },
  { wants: 'a special character', holds: (p) => /[^\p{L}\p{N}\s]/u.test(p) },
  { wants: 'no more than 1,024 bytes', holds: (p) => new TextEncoder().encode(p).length <= MAX_PASSWORD_BYTES },
]

/** What a password needs, in words for a form's help text. */
export const PASSWORD_RULES =
  'At least 8 characters, with a digit, an upper-case and a lower-case letter, and a special character.'

/** What is wrong with a password under the default policy, in one sentence; undefined if nothing is. */
export function checkPassword(password: string): string | undefined {
  const missing = RULES.filter((rule) => !rule.holds(password)).map((rule) => rule.wants)
  return missing.length === 0 ? undefined : `The password needs ${missing.join(', ')}.`
}

/** Throws invalidValue, without the password in it, if the policy refuses it (RFC 7644 section 3.12). */
export function demandPassword(password: string): void {
  const wrong = checkPassword(password)
  if (wrong !== undefined) throw new ScimError('invalidValue', `password: ${wrong}`)
}
