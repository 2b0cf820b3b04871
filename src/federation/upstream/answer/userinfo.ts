import * as oauth from 'oauth4webapi'
import type { Scope } from '../../../platform.ts'
import { requestOptions } from '../calls.ts'
import { verifySignature } from '../keys.ts'
import { clientOf, type Provider } from '../provider.ts'

/** What userinfo says, if it says it of this very person (OIDC Core section 5.3.2); nothing where there is none. */
export async function fetchUserinfo(
  scope: Scope,
  provider: Provider,
  accessToken: string,
  subject: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { server } = provider
  if (server.userinfo_endpoint === undefined) return {}
  const client = clientOf(provider)
  const options = requestOptions(scope, server.userinfo_endpoint)
  const response = await oauth.userInfoRequest(server, client, accessToken, options)
  const isSigned = response.headers.get('Content-Type')?.startsWith('application/jwt') === true
  const userinfo = await oauth.processUserInfoResponse(server, client, subject, response)
  if (isSigned) await verifySignature(scope, provider, response)
  return userinfo
}
