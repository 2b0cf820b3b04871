/** What differs between the types of connectors, for those who ask for no more than that. Pure. */
import { unreachable } from '../../core/errors.ts'
import type { ConnectorSettings, Scim2Settings } from '../../db/schema.ts'

export const GOOGLE_API_URL = 'https://admin.googleapis.com'
export const GOOGLE_TOKEN_ENDPOINT = 'https://oauth2.googleapis.com/token'

export function isScim2(settings: ConnectorSettings): settings is Scim2Settings {
  return settings.type === undefined || settings.type === 'scim2'
}

/** What becomes of accounts at a SCIM target; other targets have ways of their own. */
export function departuresOf(settings: ConnectorSettings): Pick<Scim2Settings, 'leaving' | 'deletion'> {
  if (!isScim2(settings)) return {}
  const { leaving, deletion } = settings
  return { ...(leaving && { leaving }), ...(deletion && { deletion }) }
}

/** Whether groups go out as well: to Google Workspace and Salesforce, users alone. directory/outbox.ts asks the same. */
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
    case 'google':
      return `${settings.domainName} (${settings.apiUrl ?? GOOGLE_API_URL})`
    case 'salesforce':
      return settings.domainName
    case 'webhook':
      return settings.url
    default:
      return unreachable(settings)
  }
}
