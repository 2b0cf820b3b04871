/** Where the users and groups of a target are (RFC 7644 section 3.2). */
import type { Scim2Settings } from '../../db/schema.ts'
import type { Scim2Input } from './scim2.ts'

type Endpoints = Pick<Scim2Settings, 'baseUrl' | 'userEndpoint' | 'groupEndpoint'>

/**
 * Those that are given, or those below the base URL. An endpoint that is given again as it followed from the base URL
 * before follows from the new one: whoever sends back what was read, with another base URL, means that.
 */
export function endpointsOf(
  { baseUrl, userEndpoint, groupEndpoint }: Pick<Scim2Input, keyof Endpoints>,
  before: Endpoints | undefined,
): Endpoints {
  const known = before?.baseUrl === undefined ? [] : Object.values(below(before.baseUrl))
  const given = (url: string | undefined) => (url !== undefined && baseUrl && known.includes(url) ? undefined : url)
  const derived = baseUrl === undefined ? undefined : below(baseUrl)
  const groups = given(groupEndpoint) ?? derived?.groups
  return {
    ...(baseUrl === undefined ? {} : { baseUrl }),
    userEndpoint: given(userEndpoint) ?? derived?.users ?? '',
    ...(groups === undefined ? {} : { groupEndpoint: groups }),
  }
}

/** The endpoints that were given: what a form shows beside the base URL. */
export function givenEndpoints({ baseUrl, userEndpoint, groupEndpoint }: Endpoints) {
  const derived = baseUrl === undefined ? undefined : below(baseUrl)
  return {
    userEndpoint: userEndpoint === derived?.users ? '' : userEndpoint,
    groupEndpoint: groupEndpoint === derived?.groups ? '' : (groupEndpoint ?? ''),
  }
}

/** Where a target tells what it can do (RFC 7644 section 4). */
export function configurationUrl({ baseUrl, userEndpoint }: Endpoints): string {
  const base = baseUrl === undefined ? trimmed(userEndpoint).replace(/\/[^/]+$/, '') : trimmed(baseUrl)
  return `${base}/ServiceProviderConfig`
}

function below(baseUrl: string) {
  return { users: `${trimmed(baseUrl)}/Users`, groups: `${trimmed(baseUrl)}/Groups` }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '')
}
