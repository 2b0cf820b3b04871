/** The way to a provider: the authorization request in the address, or pushed beforehand where the provider takes that. */
import * as oauth from 'oauth4webapi'
import type { Scope } from '../../../platform.ts'
import type { Outcome } from '../../failure.ts'
import { UpstreamError } from '../error.ts'
import { clientAuthentication } from '../client/authentication.ts'
import { outcome, requestOptions } from '../calls.ts'
import { secretsIn } from '../client/credential.ts'
import type { Upstream } from '../open.ts'
import { clientOf } from '../provider.ts'

/** Where the browser goes. What is pushed (RFC 9126) can neither be read nor changed on the way. */
export function authorizationAddress(
  scope: Scope,
  upstream: Upstream,
  parameters: URLSearchParams,
): Promise<Outcome<string>> {
  const secrets = [parameters.get('state') ?? '', ...secretsIn(upstream.credential)]
  return outcome(async () => {
    const { server } = upstream.provider
    const url = new URL(server.authorization_endpoint ?? '')
    const sent = server.pushed_authorization_request_endpoint
      ? await push(scope, upstream, parameters)
      : unpushed(server, parameters)
    for (const [name, value] of sent) url.searchParams.set(name, value)
    return url.href
  }, secrets)
}

function unpushed(server: oauth.AuthorizationServer, parameters: URLSearchParams): URLSearchParams {
  if (!server.require_pushed_authorization_requests) return parameters
  const reason = 'the provider wants pushed requests (RFC 9126), and has no endpoint for them beside its token endpoint'
  throw new UpstreamError({ kind: 'misconfigured', reason })
}

async function push(scope: Scope, upstream: Upstream, parameters: URLSearchParams): Promise<URLSearchParams> {
  const { provider, credential } = upstream
  const { server } = provider
  const client = clientOf(provider)
  const authentication = await clientAuthentication(scope, provider, credential)
  const options = requestOptions(scope, server.pushed_authorization_request_endpoint)
  const response = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, options)
  const pushed = await oauth.processPushedAuthorizationResponse(server, client, response).catch(refused)
  return new URLSearchParams({ client_id: client.client_id, request_uri: pushed.request_uri })
}

function refused(error: unknown): never {
  if (!(error instanceof oauth.ResponseBodyError)) throw error
  const reason = `the pushed request: status ${error.status}, ${error.error}: ${error.error_description ?? ''}`
  throw new UpstreamError({ kind: 'provider-error', error: error.error, reason })
}
