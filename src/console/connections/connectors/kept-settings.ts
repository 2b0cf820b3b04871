/** What the form of a connector does not ask for, and so does not change. Pure. */
import type { ConnectorRow } from '../../../connections/queries.ts'
import type { ConnectorInput } from '../../../connections/connectors/settings.ts'
import { mappingInput } from '../../../connections/mapping.ts'
import { kindOf } from './kinds.ts'

/** With what has a page of its own, and what the management API alone can say. */
export function withKeptSettings(input: ConnectorInput, { type, enabled, settings }: ConnectorRow): ConnectorInput {
  const mapping = settings.mapping && mappingInput.parse(settings.mapping)
  const groupFilter = 'groupFilter' in kindOf(type).begin ? input.groupFilter : settings.groupFilter
  const kept = { ...input, enabled, mapping, groupFilter }
  // An empty field stands for _ there: that nothing at all stands between the parts, it cannot say.
  const isWithout = 'separator' in settings && settings.separator === ''
  const isPattern = kept.type === 'google' || kept.type === 'salesforce'
  return isWithout && isPattern && kept.separator === undefined ? { ...kept, separator: '' } : kept
}
