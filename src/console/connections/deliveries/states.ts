import type { DeliveryState } from '../../../db/schema.ts'
import type { Html } from '../../../html.ts'
import { badge, type Tone } from '../../../html/parts.ts'
import type { View } from '../../frame.ts'
import { connectionPath } from '../connection-pages.ts'

/** What each state is called, and what it means. */
export const STATES: Readonly<Record<DeliveryState, { label: string; tone: Tone; words: string }>> = {
  pending: { label: 'Pending', tone: 'note', words: 'It waits for its turn.' },
  retrying: {
    label: 'Retrying',
    tone: 'wait',
    words: 'The target could not be reached, or was not ready. It is tried again.',
  },
  delivered: { label: 'Delivered', tone: 'good', words: 'The target has it.' },
  blocked: {
    label: 'Blocked',
    tone: 'bad',
    words: 'It is refused as it is: something has to change here or at the target. It is tried again now and then.',
  },
  dead: {
    label: 'Dead',
    tone: 'bad',
    words: 'It failed for 28 days and was given up. It is tried again when it changes, or when you say so.',
  },
  refused: {
    label: 'Refused',
    tone: 'bad',
    words: 'The target had to take the change first, and did not. It was not made here either.',
  },
}
export const DELIVERY_STATES = ['pending', 'retrying', 'delivered', 'blocked', 'dead', 'refused'] as const
export const OPEN_STATES = ['pending', 'retrying', 'blocked', 'dead'] as const

export function isOpenState(state: DeliveryState): state is (typeof OPEN_STATES)[number] {
  return OPEN_STATES.some((one) => one === state)
}

export const OPERATIONS = { create: 'Create', update: 'Update', delete: 'Delete' } as const

export function stateBadge(state: DeliveryState): Html {
  return badge(STATES[state].label, STATES[state].tone)
}

export function deliveriesPath(view: View, connection: { readonly id: string }): string {
  return `${connectionPath(view, connection)}/deliveries`
}

export const OUTBOUND = { label: 'Outbound Provisioning', path: '/outbound' }
