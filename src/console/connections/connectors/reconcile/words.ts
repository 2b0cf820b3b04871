/** What drift is called, and what it means. */
import type { DriftKind, DriftPolicy, DriftState } from '../../../../db/schema.ts'
import type { Html } from '../../../../html.ts'
import { badge, type Tone } from '../../../../html/parts.ts'
import type { ReconciliationRow } from '../../../../outbound/reconcile/queries.ts'

/** In the order of the list. */
export const KINDS: Readonly<Record<DriftKind, { label: string; words: string; repair: string }>> = {
  changed: {
    label: 'Changed',
    words: 'The target has other values than it was sent.',
    repair: 'What differs is sent again.',
  },
  leftover: {
    label: 'Left over',
    words: 'It was sent from here, and should not be there any more.',
    repair: 'What is left over is removed at the target.',
  },
  missing: {
    label: 'Missing',
    words: 'It was sent, and the target does not have it any more.',
    repair: 'What is missing is created again.',
  },
  unlinked: {
    label: 'Not linked',
    words: 'The target has it, and it was not known here that it is the same.',
    repair: 'What is not linked is taken over, and gets what stands here.',
  },
  unmanaged: { label: 'Never ours', words: 'It did not come from here. It is only listed, never touched.', repair: '' },
}
export const DRIFT_KINDS = ['changed', 'leftover', 'missing', 'unlinked', 'unmanaged'] as const
export const REPAIRABLE = ['changed', 'leftover', 'missing', 'unlinked'] as const

export const STATES: Readonly<Record<DriftState, { label: string; tone: Tone; words: string }>> = {
  open: { label: 'Open', tone: 'wait', words: 'Nothing was done about it.' },
  repaired: { label: 'Repaired', tone: 'good', words: 'It was sent on its way; the log says how it went.' },
  accepted: {
    label: 'Accepted',
    tone: 'off',
    words: 'It stays as it is at the target, until it changes there, or here.',
  },
}
export const DRIFT_STATES = ['open', 'repaired', 'accepted'] as const

export function driftBadge(state: DriftState): Html {
  return badge(STATES[state].label, STATES[state].tone)
}

export const POLICIES: Readonly<Record<DriftPolicy, { label: string; help: string }>> = {
  report: { label: 'Report', help: 'It is listed, and nothing is sent.' },
  overwrite: {
    label: 'Overwrite',
    help: 'What stands here is sent again; what is left over of ours is removed. What was never ours is not touched.',
  },
  adopt: {
    label: 'Adopt',
    help: 'What the target has is accepted. Who is there and was not linked is taken over, and kept up to date from now on.',
  },
}
export const POLICY_CHOICES = Object.entries(POLICIES).map(([value, words]) => ({ value, ...words }))

export const PHASES: Readonly<Record<ReconciliationRow['phase'], string>> = {
  User: 'Users are compared',
  Group: 'Groups are compared',
  missing: 'What the target did not list is asked for',
}

export function numberOf(count: number): string {
  return count.toLocaleString('en')
}
