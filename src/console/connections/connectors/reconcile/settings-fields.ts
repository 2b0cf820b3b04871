/** How often a connector's target is compared, and what becomes of drift: its part of the connector's form. */
import type { ConnectorSettings } from '../../../../db/schema.ts'
import type { Content } from '../../../../html.ts'
import { select } from '../../../../html/choices.ts'
import { POLICIES } from './words.ts'

const INTERVALS = [
  { value: '1', label: 'Every hour' },
  { value: '6', label: 'Every 6 hours' },
  { value: '24', label: 'Every day' },
  { value: '168', label: 'Every week' },
]

type Field = (name: 'everyHours' | 'policy') => {
  readonly name: string
  readonly value: string | undefined
  readonly error: string | undefined
}

export function reconciliationFields(shared: Field): Content {
  const { value = '' } = shared('everyHours')
  const isOther = value !== '' && !INTERVALS.some((one) => one.value === value)
  return [
    select({
      ...shared('everyHours'),
      label: 'Compare With The Target',
      empty: 'By hand only',
      choices: isOther ? [...INTERVALS, { value, label: `Every ${value} hours` }] : INTERVALS,
      help: 'What was changed at the target behind our back is found.',
    }),
    select({
      ...shared('policy'),
      label: 'When It Differs',
      choices: Object.entries(POLICIES).map(([policy, { label }]) => ({ value: policy, label })),
    }),
  ]
}

/** As the management API takes it. */
export function toReconciliation({ everyHours, policy }: { readonly everyHours: string; readonly policy: string }) {
  if (everyHours === '') return policy === 'report' ? undefined : { policy }
  return { everyHours: Number(everyHours), policy }
}

export function fromReconciliation({ reconciliation }: ConnectorSettings) {
  const { everyHours, policy = 'report' } = reconciliation ?? {}
  return { everyHours: everyHours === undefined ? '' : String(everyHours), policy }
}
