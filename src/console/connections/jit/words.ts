/** What stands on the tab Just-in-Time Provisioning, in words. */
import type { ProvisioningScheme, SyncMethod } from '../../../db/schema.ts'

type Words<Value extends string> = readonly { readonly value: Value; readonly label: string; readonly help: string }[]

export const SCHEMES: Words<ProvisioningScheme> = [
  {
    value: 'username',
    label: 'Prompt for username, password and consent',
    help: 'They choose a user name that nobody has and a password for here, see what is stored, and agree.',
  },
  {
    value: 'password',
    label: 'Prompt for password and consent',
    help: 'They choose a password for here, see what is stored, and agree.',
  },
  { value: 'consent', label: 'Prompt for consent', help: 'They see what is stored, and agree.' },
  { value: 'silent', label: 'Provision silently', help: 'They are asked only for what has to be there and is not.' },
]

export const SYNCS: Words<SyncMethod> = [
  {
    value: 'override',
    label: 'Override',
    help: 'The provider’s word counts at every sign-in; what it withdraws goes.',
  },
  { value: 'fillEmpty', label: 'Fill what is empty', help: 'What is there stays; what is missing is filled in.' },
  {
    value: 'preserveLocal',
    label: 'Preserve local edits',
    help: 'The provider’s word counts until somebody changes the attribute here; from then on hers does.',
  },
  { value: 'firstSignIn', label: 'First sign-in only', help: 'It counts once, when the account is made or linked.' },
  { value: 'none', label: 'None', help: 'A new account is filled. One that is there already is left as it is.' },
]

export const SYNC_LABELS: Readonly<Record<SyncMethod, string>> = Object.fromEntries(
  SYNCS.map(({ value, label }) => [value, label]),
) as Record<SyncMethod, string>
