/** Which parts of a SCIM connector's settings are secrets. */
import { unreachable } from '../../core/errors.ts'
import type { ConnectorAuthentication, ConnectorSecrets, Scim2Settings } from '../../db/schema.ts'
import type { Scim2Input } from './scim2.ts'
import { demand, sharedSettings, type Split } from './split.ts'

export function splitScim2(
  input: Scim2Input,
  before: Split<Scim2Settings> | undefined,
  field: string,
): Split<Scim2Settings> {
  // A secret goes where it was given for: whoever points the connector elsewhere has to know it.
  const kept = before && staysAtItsHosts(input, before.settings) ? before.secrets : {}
  const { authentication, secrets } = splitAuthentication(input.authentication, kept, `${field}authentication.`)
  const defaultPassword = input.defaultPassword ?? kept.defaultPassword
  return {
    settings: {
      authentication,
      userEndpoint: input.userEndpoint,
      ...(input.groupEndpoint ? { groupEndpoint: input.groupEndpoint } : {}),
      ...(input.userStoreDomain ? { userStoreDomain: input.userStoreDomain } : {}),
      ...(input.updateMethod === undefined || input.updateMethod === 'auto'
        ? {}
        : { updateMethod: input.updateMethod }),
      ...sharedSettings(input),
    },
    secrets: { ...secrets, ...(defaultPassword === undefined ? {} : { defaultPassword }) },
  }
}

function staysAtItsHosts(input: Scim2Input, settings: Scim2Settings): boolean {
  const before = new Set(hostsOf(settings))
  return hostsOf(input).every((host) => before.has(host))
}

function hostsOf({ userEndpoint, groupEndpoint, authentication }: Scim2Input | Scim2Settings): string[] {
  const token = 'tokenEndpoint' in authentication ? [authentication.tokenEndpoint] : []
  return [userEndpoint, ...(groupEndpoint ? [groupEndpoint] : []), ...token].map((url) => new URL(url).hostname)
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
