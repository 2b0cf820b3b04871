import { isScim2 } from '../../connections/connectors/types.ts'
import type { ConnectorRow } from '../../connections/queries.ts'
import type { Scim2Settings } from '../../db/schema.ts'
import { PushFailure } from '../outcome.ts'

export const SCIM_ONLY = 'Only the targets of SCIM 2.0 connectors can be reconciled.'

/** Throws PushFailure for a connector of another type: what its target has cannot be read as SCIM. */
export function scim2Of({ settings }: ConnectorRow): Scim2Settings {
  if (isScim2(settings)) return settings
  throw new PushFailure({ kind: 'blocked', error: SCIM_ONLY })
}
