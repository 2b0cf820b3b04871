/** Whom an access token is for (RFC 8707). Pure. */
import type { ApplicationRow } from '../applications/queries.ts'
import { isResource } from '../applications/resources.ts'
import { OAuthError } from '../core/errors.ts'

type Client = Pick<ApplicationRow, 'clientMetadata'>

/** Parameters that may be sent several times (RFC 8707 section 2, RFC 8693 section 2.1): a URI has no blank in it. */
export const MANY_VALUED = ['resource', 'audience']

/** The values of `resource`, each once; readParameters has put them in a row. */
export function resourcesOf(values: ReadonlyMap<string, string>, name = 'resource'): string[] {
  return [...new Set((values.get(name) ?? '').split(' ').filter((one) => one !== ''))]
}

/** Our own APIs, which every application may ask for. */
export function ownResources(issuer: string): string[] {
  return [issuer, `${issuer}/scim2`, `${issuer}/api/v1`, `${issuer}/oauth2/userinfo`]
}

/** What is wrong with the resources that an application asks for (invalid_target). */
export function targetFault(issuer: string, client: Client, asked: readonly string[]): string | undefined {
  if (!asked.every(isResource)) return 'resource must be an absolute URI without a fragment (RFC 8707 section 2)'
  const unknown = asked.find((one) => !mayAskFor(issuer, client, one))
  return unknown === undefined ? undefined : `the application may not ask for the resource ${unknown}`
}

/**
 * Whom the access token of a token request is for: of what was granted that which it asks for, or all; if nothing was
 * granted by name, what it asks for. Undefined for ourselves. OAuthError invalid_target (RFC 8707 section 2.2).
 */
export function narrowedResources(
  issuer: string,
  client: Client,
  form: ReadonlyMap<string, string>,
  granted: readonly string[] | null = null,
): readonly string[] | undefined {
  const asked = resourcesOf(form)
  const fault = targetFault(issuer, client, asked)
  if (fault !== undefined) throw new OAuthError('invalid_target', fault)
  if (granted === null) return asked.length === 0 ? undefined : asked
  const more = asked.find((one) => !granted.includes(one))
  if (more !== undefined) throw new OAuthError('invalid_target', `The resource ${more} was not granted.`)
  // An administrator may have taken one away since.
  const left = granted.filter((one) => mayAskFor(issuer, client, one) && (asked.length === 0 || asked.includes(one)))
  if (left.length === 0)
    throw new OAuthError('invalid_target', 'The application may not ask for these resources any more.')
  return left
}

function mayAskFor(issuer: string, { clientMetadata }: Client, resource: string): boolean {
  return ownResources(issuer).includes(resource) || (clientMetadata.resources ?? []).includes(resource)
}
