/** What a wizard is about to create. Secrets are only said to be there. */
import { html } from 'hono/html'
import { endpointsOf } from '../../../connections/connectors/endpoints.ts'
import { profileOf } from '../../../connections/connectors/profiles.ts'
import type { GoogleInput } from '../../../connections/connectors/google.ts'
import type { SalesforceInput } from '../../../connections/connectors/salesforce.ts'
import type { Scim2Input } from '../../../connections/connectors/scim2.ts'
import type { ConnectorInput } from '../../../connections/connectors/settings.ts'
import type { WebhookInput } from '../../../connections/connectors/webhook.ts'
import { unreachable } from '../../../core/errors.ts'
import type { Content, Html } from '../../../html.ts'
import { facts } from '../../../html/parts.ts'
import { DEPARTURES, MODES, UPDATE_METHODS } from './form.ts'
import { DEPROVISIONING } from './google/form.ts'
import { GRANTS } from './salesforce/form.ts'

type Facts = readonly (readonly [string, Content])[]

export function summary(input: ConnectorInput): Html {
  return facts([
    ['Connector', input.name],
    ...factsOf(input),
    ['User Filter', input.userFilter],
    ['Deletion Guard', input.deletionGuard === undefined ? undefined : `${input.deletionGuard} %`],
    ...(input.type === 'webhook' ? [] : passwordFacts(input)),
  ])
}

function passwordFacts(input: Exclude<ConnectorInput, WebhookInput>): Facts {
  return [
    ['Enable Password Provisioning', String(input.passwordProvisioning)],
    ['Default Password', input.defaultPassword && HIDDEN],
  ]
}

const HIDDEN = html`<span aria-hidden="true">••••••••</span><span class="unseen">given, not shown</span>`

function factsOf(input: ConnectorInput): Facts {
  switch (input.type) {
    case undefined:
    case 'scim2':
      return scim2Facts(input)
    case 'google':
      return googleFacts(input)
    case 'salesforce':
      return salesforceFacts(input)
    case 'webhook':
      return webhookFacts(input)
    default:
      return unreachable(input)
  }
}

function scim2Facts(input: Scim2Input): Facts {
  const { authentication, leaving = 'delete', deletion = 'delete' } = input
  const endpoints = endpointsOf(input, undefined)
  return [
    ['Authentication Mode', MODES[authentication.mode]],
    ...authenticationFacts(authentication),
    ['Target', profileOf(input).label],
    ['Base URL', input.baseUrl],
    ['User Endpoint', endpoints.userEndpoint],
    ['Group Endpoint', endpoints.groupEndpoint],
    ['User Store Domain', input.userStoreDomain],
    ['Update Method', UPDATE_METHODS[input.updateMethod ?? 'auto']],
    ['Group Filter', input.groupFilter],
    ['Who is not to go out any more', DEPARTURES[leaving]],
    ['Who was deleted here', DEPARTURES[deletion]],
    ['Compare With The Target', input.reconciliation?.everyHours && `Every ${input.reconciliation.everyHours} hours`],
  ]
}

function authenticationFacts(authentication: Scim2Input['authentication']): Facts {
  switch (authentication.mode) {
    case 'none':
      return []
    case 'basic':
      return [
        ['Username', authentication.username],
        ['Password', HIDDEN],
      ]
    case 'bearer':
      return [['Access Token', HIDDEN]]
    case 'apiKey':
      return [
        ['API Key Header Name', authentication.header],
        ['API Key Value', HIDDEN],
      ]
    case 'clientCredentials':
      return [
        ['Token Endpoint', authentication.tokenEndpoint],
        ['Client ID', authentication.clientId],
        ['Client Secret', HIDDEN],
        ['Scope', authentication.scope],
      ]
  }
}

function webhookFacts({ url, signingSecret, groups, groupFilter }: WebhookInput): Facts {
  return [
    ['URL', url],
    ['Signing Secret', signingSecret === undefined ? 'One is made, and shown once.' : HIDDEN],
    ['Tell of groups, too', String(groups)],
    ['Group Filter', groupFilter],
  ]
}

function googleFacts(input: GoogleInput): Facts {
  return [
    ['Google Domain', input.domainName],
    ['Primary Email', input.emailAttribute],
    ['Given Name', input.givenNameAttribute],
    ['Family Name', input.familyNameAttribute],
    ['Service Account Email', input.serviceAccountEmail],
    ['Private Key', HIDDEN],
    ['Administrator’s Email', input.adminEmail],
    ['Application Name', input.applicationName],
    ['Google Outbound Provisioning Pattern', input.pattern],
    ['Google Provisioning Separator', input.separator],
    ['Who Leaves', DEPROVISIONING[input.deprovisioning ?? 'delete']],
    ['API Address', input.apiUrl],
    ['Token Endpoint', input.tokenEndpoint],
  ]
}

function salesforceFacts(input: SalesforceInput): Facts {
  const isPassword = input.grant === 'password'
  return [
    ['API version', input.apiVersion],
    ['Domain Name', input.domainName],
    ['Client ID', input.clientId],
    ['Client Secret', HIDDEN],
    ['OAuth Flow', GRANTS[input.grant]],
    ['Username', isPassword && input.username],
    ['Password', isPassword && HIDDEN],
    ['OAuth2 Token Endpoint', input.tokenEndpoint],
    ['Provisioning Pattern', input.pattern],
    ['Provisioning Separator', input.separator],
    ['Provisioning Domain', input.provisioningDomain],
    ['Profile ID', input.profileId],
    ['Time Zone', input.timeZone],
    ['Locale', input.locale],
    ['Language', input.language],
    ['Email Encoding', input.emailEncoding],
    ['External ID Field', input.externalIdField],
  ]
}
