/** Which parts of a connector's settings are secrets. They are sealed apart from the rest, which may be shown. */
import { type FieldError, Problem, unreachable } from '../../core/errors.ts'
import type { ConnectorAuthentication, ConnectorSecrets, ConnectorSettings, SharedSettings } from '../../db/schema.ts'
import { endpointsOf } from './endpoints.ts'
import type { ConnectorInput } from './settings.ts'

/** The settings that may be shown, and the secrets; of a connector that exists, what was not given again stays. */
export function splitSecrets(
  input: ConnectorInput,
  before: { readonly settings: ConnectorSettings; readonly secrets: ConnectorSecrets } | undefined,
  field: string,
): { settings: ConnectorSettings; secrets: ConnectorSecrets } {
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
      ...sharedSettings(input),
    },
    secrets: { ...secrets, ...(defaultPassword === undefined ? {} : { defaultPassword }) },
  }
}

/** What connectors of every type have. */
function sharedSettings(input: ConnectorInput): SharedSettings {
  const { deletionGuard, userFilter, groupFilter, mapping, leaving, deletion } = input
  const isMapped = mapping !== undefined && (mapping.base === 'none' || mapping.rules.length > 0)
  return {
    ...(deletionGuard === undefined ? {} : { deletionGuard }),
    ...(userFilter ? { userFilter } : {}),
    ...(groupFilter ? { groupFilter } : {}),
    ...(isMapped ? { mapping } : {}),
    ...(leaving === 'deactivate' ? { leaving } : {}),
    ...(deletion === 'deactivate' ? { deletion } : {}),
  }
}

type Addresses = Pick<ConnectorSettings, 'baseUrl' | 'userEndpoint' | 'groupEndpoint'> & {
  readonly authentication: ConnectorInput['authentication']
}

function staysAtItsHosts(input: Addresses, settings: ConnectorSettings): boolean {
  const before = new Set(hostsOf(settings))
  return hostsOf(input).every((host) => before.has(host))
}

/** Below the base URL the target is asked what it can do. */
function hostsOf({ baseUrl, userEndpoint, groupEndpoint, authentication }: Addresses | ConnectorSettings): string[] {
  const token = 'tokenEndpoint' in authentication ? authentication.tokenEndpoint : undefined
  return [baseUrl, userEndpoint, groupEndpoint, token]
    .filter((url) => url !== undefined)
    .map((url) => new URL(url).hostname)
}

function splitAuthentication(
  input: ConnectorInput['authentication'],
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

function demand(value: string | undefined, field: string): string {
  if (value !== undefined) return value
  const error: FieldError = { field, message: 'Give a value.' }
  throw new Problem(400, 'A secret is missing.', [error])
}
