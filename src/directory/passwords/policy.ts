/** What a tenant demands of passwords. Pure. */
import { ScimError } from '../../core/errors.ts'
import { MAX_PASSWORD_BYTES } from '../../core/password.ts'
import type { PasswordPolicy } from '../../db/schema.ts'

/** The tutorial's, where an administrator has set none. */
export const DEFAULT_PASSWORD_POLICY: PasswordPolicy = {
  minLength: 8,
  digit: true,
  upperCase: true,
  lowerCase: true,
  special: true,
  history: 0,
}

const CLASSES = [
  { name: 'digit', wants: 'a digit', pattern: /\p{Nd}/u },
  { name: 'upperCase', wants: 'an upper-case letter', pattern: /\p{Lu}/u },
  { name: 'lowerCase', wants: 'a lower-case letter', pattern: /\p{Ll}/u },
  { name: 'special', wants: 'a special character', pattern: /[^\p{L}\p{N}\s]/u },
] as const

/** What a password needs, in words for a form's help text. */
export function describePolicy(policy: PasswordPolicy): string {
  const wants = CLASSES.filter(({ name }) => policy[name]).map(({ wants: one }) => one)
  const length = `At least ${policy.minLength} characters`
  const list = wants.length < 2 ? wants.join('') : `${wants.slice(0, -1).join(', ')} and ${wants.at(-1)}`
  const history = policy.history === 0 ? '' : ` None of the last ${policy.history} may come back.`
  return `${length}${list === '' ? '' : `, with ${list}`}.${history}`
}

/** What is wrong with a password, in one sentence; undefined if nothing is. */
export function checkPassword(policy: PasswordPolicy, password: string): string | undefined {
  const missing = [
    ...([...password].length >= policy.minLength ? [] : [`at least ${policy.minLength} characters`]),
    ...CLASSES.filter(({ name, pattern }) => policy[name] && !pattern.test(password)).map(({ wants }) => wants),
    ...(new TextEncoder().encode(password).length > MAX_PASSWORD_BYTES ? ['no more than 1,024 bytes'] : []),
  ]
  return missing.length === 0 ? undefined : `The password needs ${missing.join(', ')}.`
}

/** Throws invalidValue, without the password in it, if the policy refuses it (RFC 7644 section 3.12). */
export function demandPassword(policy: PasswordPolicy, password: string): void {
  const wrong = checkPassword(policy, password)
  if (wrong !== undefined) throw new ScimError('invalidValue', `password: ${wrong}`)
}
