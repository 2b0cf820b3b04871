/** Which parts of a connector's settings are secrets, by its type. They are sealed apart from what may be shown. */
import { Problem, unreachable } from '../../core/errors.ts'
import type { ConnectorSettings } from '../../db/schema.ts'
import { splitGoogle } from './google-secrets.ts'
import { splitSalesforce } from './salesforce-secrets.ts'
import { splitScim2 } from './secrets.ts'
import type { ConnectorInput } from './settings.ts'
import type { Split } from './split.ts'
import { splitWebhook } from './webhook.ts'

/**
 * The settings that may be shown, and the secrets; of a connector that exists, what was not given again stays. Problem
 * 400 if a secret is missing, or the connector is to become one of another type.
 */
export function splitSecrets(input: ConnectorInput, before: Split | undefined, field: string, now: Date): Split {
  switch (input.type) {
    case undefined:
    case 'scim2':
      return splitScim2(input, before && kept(before, isType(before.settings, 'scim2'), field), field)
    case 'google':
      return splitGoogle(input, before && kept(before, isType(before.settings, 'google'), field), field)
    case 'salesforce':
      return splitSalesforce(input, before && kept(before, isType(before.settings, 'salesforce'), field), field)
    case 'webhook':
      return splitWebhook(input, before && kept(before, isType(before.settings, 'webhook'), field), now)
    default:
      return unreachable(input)
  }
}

type Type = NonNullable<ConnectorSettings['type']>
type SettingsOf<T extends Type> = Extract<ConnectorSettings, { type?: T }>

function isType<T extends Type>(settings: ConnectorSettings, type: T): SettingsOf<T> | undefined {
  return hasType(settings, type) ? settings : undefined
}

function hasType<T extends Type>(settings: ConnectorSettings, type: T): settings is SettingsOf<T> {
  return (settings.type ?? 'scim2') === type
}

/** What was sent through it is known by the ids of the one system: the other one is another connector. */
function kept<S extends ConnectorSettings>(before: Split, settings: S | undefined, field: string): Split<S> {
  if (settings) return { settings, secrets: before.secrets }
  const message = 'A connector keeps its type: make another one.'
  throw new Problem(400, 'The request body is not valid.', [{ field: `${field}type`, message }])
}
