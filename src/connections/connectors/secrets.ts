/** Which parts of a connector's settings are secrets. They are sealed apart from the rest, which may be shown. */
import { type FieldError, Problem, unreachable } from '../../core/errors.ts'
import type { ConnectorAuthentication, ConnectorSecrets, ConnectorSettings, Scim2Settings } from '../../db/schema.ts'
import type { Scim2Input } from './scim2.ts'
import type { ConnectorInput } from './settings.ts'
import { isScim2 } from './types.ts'
import { splitWebhook } from './webhook.ts'

/** A connector as it was before. */
type Before = { readonly settings: ConnectorSettings; readonly secrets: ConnectorSecrets }

/** The settings that may be shown, and the secrets; of a connector that exists, what was not given again stays. */
export function splitSecrets(
  input: ConnectorInput,
  before: Before | undefined,
  field: string,
  now: Date,
): { settings: ConnectorSettings; secrets: ConnectorSecrets } {
  return input.type === 'webhook' ? splitWebhook(input, before?.secrets ?? {}, now) : splitScim2(input, before, field)
}

function splitScim2(input: Scim2Input, before: Before | undefined, field: string) {
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
      ...(input.deletionGuard === undefined ? {} : { deletionGuard: input.deletionGuard }),
      ...(input.userFilter ? { userFilter: input.userFilter } : {}),
    },
    secrets: { ...secrets, ...(defaultPassword === undefined ? {} : { defaultPassword }) },
  }
}

function staysAtItsHosts(input: Scim2Input, settings: ConnectorSettings): boolean {
  if (!isScim2(settings)) return false
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

function demand(value: string | undefined, field: string): string {
  if (value !== undefined) return value
  const error: FieldError = { field, message: 'Give a value.' }
  throw new Problem(400, 'A secret is missing.', [error])
}
