/** Request objects at an address that the application names (OpenID Connect Core section 6.2, RFC 9101 section 5.2). */
import { demandsOf } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import { callUnlessMany } from '../../core/calls-at-once.ts'
import type { Scope } from '../../platform.ts'
import { authorizationPolicy } from '../../tenancy/authorization/policy.ts'
import type { Fault } from '../request.ts'

const TYPES = 'application/oauth-authz-req+jwt, application/jwt, */*;q=0.1'

/**
 * What stands at a request_uri, or a fault. Only what the application has registered is fetched, to the letter: anybody
 * may send a request (RFC 9101 section 10.4). It is never kept: what stands there may be another one the next time.
 */
export async function fetchObject(scope: Scope, application: ApplicationRow, uri: string): Promise<string | Fault> {
  const { requestUris } = application.clientMetadata
  const hasToPush =
    demandsOf(application).pushedRequest || authorizationPolicy(scope).requirePushedAuthorizationRequests
  if (requestUris === undefined || hasToPush) {
    return ['request_uri_not_supported', 'this application has registered no request_uri, or has to push its requests']
  }
  if (!requestUris.includes(uri)) {
    return ['invalid_request_uri', 'request_uri is not one that this application has registered']
  }
  const found = await callUnlessMany(scope, uri, () => read(scope, application, uri))
  return found ?? ['invalid_request_uri', 'nothing could be read at request_uri']
}

async function read(
  { platform, tenantId }: Scope,
  { clientId }: ApplicationRow,
  uri: string,
): Promise<string | undefined> {
  try {
    const answer = await platform.fetch(uri, { headers: { Accept: TYPES }, redirect: 'manual' })
    if (answer.status === 200) return (await answer.text()).trim()
    await answer.body?.cancel()
    platform.log.warn('request object not found', { tenantId, clientId, status: answer.status })
  } catch (error) {
    platform.log.warn('request object not found', { tenantId, clientId, error })
  }
  return undefined
}
