import type { Entry } from '../../federation/decision/log/commands.ts'
import type { Html } from '../../html.ts'
import { badge, type Tone } from '../../html/parts.ts'

type Kind = Entry['decision']

/** What was decided, for the list and its filter. */
export const DECISIONS: Readonly<
  Record<Kind, { readonly label: string; readonly tone: Tone; readonly words: string }>
> = {
  'sign-in': { label: 'Signed in', tone: 'good', words: 'The linked account was signed in to.' },
  create: { label: 'Created', tone: 'good', words: 'An account was made, and signed in to.' },
  link: { label: 'Linked', tone: 'good', words: 'An account that was there was linked, and signed in to.' },
  prove: {
    label: 'To be proved',
    tone: 'wait',
    words: 'The person has to sign in to the account before it is linked.',
  },
  ask: { label: 'Asked', tone: 'wait', words: 'The person is asked something before there is an account.' },
  refuse: { label: 'Refused', tone: 'bad', words: 'The person was not let in.' },
  failed: { label: 'Failed', tone: 'bad', words: 'What was decided could not be carried out, and nothing was stored.' },
}

export const DECISION_KINDS: readonly Kind[] = ['sign-in', 'create', 'link', 'prove', 'ask', 'refuse', 'failed']

/** What would be decided, of a dry run and of a test. */
export const WOULD_BE: Readonly<Record<Kind, string>> = {
  'sign-in': 'She would be signed in',
  create: 'An account would be made',
  link: 'An account would be linked',
  prove: 'She would have to sign in to an account first',
  ask: 'She would be asked first',
  refuse: 'She would be refused',
  failed: 'It would fail',
}

export function decisionBadge(decision: string): Html {
  const known = DECISION_KINDS.find((kind) => kind === decision)
  return known ? badge(DECISIONS[known].label, DECISIONS[known].tone) : badge(decision)
}
