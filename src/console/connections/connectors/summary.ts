/** The settings of a connector that is to be made, for the last step of its wizard. */
import { html } from 'hono/html'
import type { Scim2Input } from '../../../connections/connectors/scim2.ts'
import type { ConnectorInput } from '../../../connections/connectors/settings.ts'
import type { Content, Html } from '../../../html.ts'
import { facts } from '../../../html/parts.ts'
import { MODES, UPDATE_METHODS } from './form.ts'

/** What will be created. Secrets are only said to be there. */
export function summaryOf(input: ConnectorInput): Html {
  if (input.type === 'webhook') {
    return facts([
      ['Connector', input.name],
      ['URL', input.url],
      ['Signing Secret', input.signingSecret === undefined ? 'One is made, and shown once.' : HIDDEN],
      ['Tell of groups, too', String(input.groups)],
      ['User Filter', input.userFilter],
      ['Deletion Guard', input.deletionGuard === undefined ? undefined : `${input.deletionGuard} %`],
    ])
  }
  const { authentication } = input
  return facts([
    ['Connector', input.name],
    ['Authentication Mode', MODES[authentication.mode]],
    ...authenticationFacts(authentication),
    ['User Endpoint', input.userEndpoint],
    ['Group Endpoint', input.groupEndpoint],
    ['User Store Domain', input.userStoreDomain],
    ['Update Method', UPDATE_METHODS[input.updateMethod ?? 'auto']],
    ['User Filter', input.userFilter],
    ['Deletion Guard', input.deletionGuard === undefined ? undefined : `${input.deletionGuard} %`],
    ['Enable Password Provisioning', String(input.passwordProvisioning)],
    ['Default Password', input.defaultPassword && HIDDEN],
  ])
}

const HIDDEN = html`<span aria-hidden="true">••••••••</span><span class="unseen">given, not shown</span>`

function authenticationFacts(authentication: Scim2Input['authentication']): readonly (readonly [string, Content])[] {
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
