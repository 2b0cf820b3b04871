/** What differs between the types of connectors, for those who ask for no more than that. Pure. */
import { unreachable } from '../../core/errors.ts'
import type { ConnectorSettings, Scim2Settings } from '../../db/schema.ts'

export function isScim2(settings: ConnectorSettings): settings is Scim2Settings {
  return settings.type === undefined || settings.type === 'scim2'
}

/** Whether groups go out as well. directory/outbox.ts asks the same in SQL. */
export function hasGroups(settings: ConnectorSettings): boolean {
  if (settings.type === 'webhook') return settings.groups
  return isScim2(settings) && settings.groupEndpoint !== undefined
}

/** Where users go, for people to read. */
export function addressOf(settings: ConnectorSettings): string {
  switch (settings.type) {
    case undefined:
    case 'scim2':
      return settings.userEndpoint
    case 'webhook':
      return settings.url
    default:
      return unreachable(settings)
  }
}
