/** Whose tokens an application may exchange, and for whom the new one may be (RFC 8693). Pure. */
import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { resourcesOf } from '../resource.ts'
import type { AccessToken } from '../access-tokens.ts'

type Client = Pick<ApplicationRow, 'clientId' | 'clientMetadata'>
type Token = Pick<AccessToken, 'clientId' | 'audience'>

/** Whether an application is in the audience of a token: by its name, or as one of the resources that it serves. */
export function isInAudience({ audience }: Token, { clientId, clientMetadata }: Client): boolean {
  return audience.some((one) => one === clientId || (clientMetadata.servesResources ?? []).includes(one))
}

/** Its own tokens, those that are meant for it, and those of applications that an administrator has named. */
export function isMeantFor(token: Token, application: Client): boolean {
  const { clientId, clientMetadata } = application
  if (token.clientId === clientId || isInAudience(token, application)) return true
  return (clientMetadata.exchangesTokensOf ?? []).includes(token.clientId)
}

/**
 * Whom the new token is for: what the old one is for, unless `resource` or `audience` ask for something else that it is for,
 * or that an administrator lets the application ask for. What an application asks for of our own APIs must be in the old
 * one. OAuthError invalid_target (RFC 8693 section 2.2.2).
 */
export function targetsOf(
  token: Token,
  { clientMetadata }: Client,
  form: ReadonlyMap<string, string>,
): readonly string[] {
  const asked = [...new Set([...resourcesOf(form), ...resourcesOf(form, 'audience')])]
  if (asked.length === 0) return token.audience
  const allowed = [...token.audience, ...(clientMetadata.resources ?? [])]
  const more = asked.find((one) => !allowed.includes(one))
  if (more === undefined) return asked
  throw new OAuthError('invalid_target', `The application may not ask for a token for ${more} here.`)
}
