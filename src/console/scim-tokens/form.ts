import { z } from 'zod'
import { scimTokenInput } from '../../api/schemas.ts'
import type { NewScimToken } from '../../directory/credentials/commands.ts'
import { expiryFields, withExpiry } from '../expiry.ts'

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

const { description, access, conformance } = scimTokenInput.shape

/** The form of a new token as the command takes it. */
export function scimTokenForm(now: Date) {
  return z
    .object({ description, access: access.unwrap(), conformance: conformance.unwrap(), ...expiryFields })
    .transform(withExpiry<NewScimToken>(now))
}
