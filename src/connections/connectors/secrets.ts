/** Which parts of a SCIM connector's settings are secrets. */
import { unreachable } from '../../core/errors.ts'
import type { ConnectorAuthentication, ConnectorSecrets, Scim2Settings } from '../../db/schema.ts'
import { endpointsOf } from './endpoints.ts'
import type { Scim2Input } from './scim2.ts'
import type { ReconciliationInput } from './shared.ts'
import { demand, sharedSettings, type Split } from './split.ts'

export function splitScim2(
  input: Scim2Input,
  before: Split<Scim2Settings> | undefined,
  field: string,
): Split<Scim2Settings> {
  // A secret goes where it was given for: whoever points the connector elsewhere has to know it.
  const endpoints = endpointsOf(input, before?.settings)
  const kept = before && staysAtItsHosts({ ...input, ...endpoints }, before.settings) ? before.secrets : {}
  const { authentication, secrets } = splitAuthentication(input.authentication, kept, `${field}authentication.`)
  const defaultPassword = input.defaultPassword ?? kept.defaultPassword
  return {
    settings: {
      authentication,
      ...endpoints,
      ...(input.profile === undefined || input.profile === 'standard' ? {} : { profile: input.profile }),
      ...(input.userStoreDomain ? { userStoreDomain: input.userStoreDomain } : {}),
      ...(input.updateMethod === undefined || input.updateMethod === 'auto'
        ? {}
        : { updateMethod: input.updateMethod }),
      ...(input.leaving === 'deactivate' ? { leaving: input.leaving } : {}),
      ...(input.deletion === 'deactivate' ? { deletion: input.deletion } : {}),
      ...(input.reconciliation ? { reconciliation: reconciliationOf(input.reconciliation) } : {}),
      ...sharedSettings(input),
    },
    secrets: { ...secrets, ...(defaultPassword === undefined ? {} : { defaultPassword }) },
  }
}

function reconciliationOf({ everyHours, policy }: ReconciliationInput) {
  return everyHours === undefined ? { policy } : { everyHours, policy }
}

type Addresses = Pick<Scim2Settings, 'baseUrl' | 'userEndpoint' | 'groupEndpoint'> & {
  readonly authentication: Scim2Input['authentication']
}

function staysAtItsHosts(input: Addresses, settings: Scim2Settings): boolean {
  const before = new Set(hostsOf(settings))
  return hostsOf(input).every((host) => before.has(host))
}

/** Below the base URL the target is asked what it can do. */
function hostsOf({ baseUrl, userEndpoint, groupEndpoint, authentication }: Addresses | Scim2Settings): string[] {
  const token = 'tokenEndpoint' in authentication ? authentication.tokenEndpoint : undefined
  return [baseUrl, userEndpoint, groupEndpoint, token]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).hostname)
}

function splitAuthentication(
  input: Scim2Input['authentication'],
  kept: ConnectorSecrets,
  field: string,
): { authentication: ConnectorAuthentication; secrets: ConnectorSecrets } {
  switch (input.mode) {
    case 'none':
      return { authentication: { mode: 'none' }, secrets: {} }
    case 'basic': {
      const { password, ...authentication } = input
      return { authentication, secrets: { password: demand(password ?? kept.password, `${field}password`) } }
    }
    case 'bearer':
      return {
        authentication: { mode: 'bearer' },
        secrets: { token: demand(input.token ?? kept.token, `${field}token`) },
      }
    case 'apiKey': {
      const { value, ...authentication } = input
      return { authentication, secrets: { value: demand(value ?? kept.value, `${field}value`) } }
    }
    case 'clientCredentials': {
      const { clientSecret, scope, ...rest } = input
      const secrets = { clientSecret: demand(clientSecret ?? kept.clientSecret, `${field}clientSecret`) }
      return { authentication: scope === undefined ? rest : { ...rest, scope }, secrets }
    }
    default:
      return unreachable(input)
  }
}
