/** The fields that the settings of a connection and of its connectors are made of. */
import { z } from 'zod'

export const name = z.string().trim().min(1, 'Give a name.').max(100, 'Use at most 100 characters.')
export const text = z.string().trim().min(1, 'Give a value.').max(2000, 'Use at most 2,000 characters.')
/** Addresses are shown and logged, so nothing that is to be kept to oneself may stand in one. */
export const endpoint = z
  .url({ protocol: /^https?$/, error: 'Give an address that begins with https:// (or http://).' })
  .max(2000)
  .refine(isWithoutCredentials, 'Give no user name and no password in an address: they would be shown.')
export const secret = z.string().min(1, 'Give a value.').max(4000, 'Use at most 4,000 characters.')
/** A secret that goes out in a header: what none can carry would be refused there again and again. */
export const headerSecret = secret.regex(
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
  'Give it as it was shown: letters, digits and signs, with no blanks around.',
)
/** The name of a host, such as example.com. */
export const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'Give a domain such as example.com.',
  )

function isWithoutCredentials(url: string): boolean {
  const { username, password } = URL.canParse(url) ? new URL(url) : { username: '', password: '' }
  return username === '' && password === ''
}
