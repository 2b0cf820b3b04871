/** How we prove to a provider that we are its client. */
import * as oauth from 'oauth4webapi'
import { clientBasicHeader } from '../../core/basic.ts'

/** client_secret_basic, which every provider has to know (RFC 6749 section 2.3.1), unless it says that it does not. */
export function clientAuthentication(server: oauth.AuthorizationServer, clientSecret: string): oauth.ClientAuth {
  const methods = server.token_endpoint_auth_methods_supported ?? []
  const onlyPost = methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
  if (onlyPost) return oauth.ClientSecretPost(clientSecret)
  // oauth4webapi's own encodes hyphens too, and so no UUID gets to the many providers that decode nothing.
  return (_server, client, _body, headers) => {
    headers.set('Authorization', clientBasicHeader(client.client_id, clientSecret))
  }
}
