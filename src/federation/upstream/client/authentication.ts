/** How we prove to a provider that we are its client. */
import { importPKCS8, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { habitsOf } from '../../../connections/presets/presets.ts'
import { clientBasicHeader } from '../../../core/basic.ts'
import { randomToken } from '../../../core/crypto.ts'
import type { Scope } from '../../../platform.ts'
import type { Credential } from './credential.ts'
import type { Provider } from '../provider.ts'

/** A provider whose clock is not ours takes it, and nobody else who comes by it can do much with it. */
const ASSERTION_SECONDS = 120

export async function clientAuthentication(
  scope: Scope,
  provider: Provider,
  credential: Credential,
): Promise<oauth.ClientAuth> {
  switch (credential.kind) {
    case 'secret':
      return secretAuthentication(provider.server, credential)
    case 'apple':
      return oauth.ClientSecretPost(await appleSecret(scope, provider, credential))
    case 'key':
      return keyAuthentication(scope, provider, credential)
  }
}

/** client_secret_basic, which every provider has to know (RFC 6749 section 2.3.1), unless it says that it does not. */
function secretAuthentication(
  server: oauth.AuthorizationServer,
  { clientSecret, method }: Extract<Credential, { kind: 'secret' }>,
): oauth.ClientAuth {
  const methods = server.token_endpoint_auth_methods_supported ?? []
  const onlyPost = methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
  if (method === 'client_secret_post' || (method === undefined && onlyPost)) return oauth.ClientSecretPost(clientSecret)
  // oauth4webapi's own encodes hyphens too, and so no UUID gets to the many providers that decode nothing.
  return (_server, client, _body, headers) => {
    headers.set('Authorization', clientBasicHeader(client.client_id, clientSecret))
  }
}

/** private_key_jwt (OIDC Core section 9, RFC 7523 section 2.2). */
async function keyAuthentication(
  scope: Scope,
  provider: Provider,
  { pem, keyId, algorithm }: Extract<Credential, { kind: 'key' }>,
): Promise<oauth.ClientAuth> {
  const { clientId } = provider.authenticator
  const { issuer, token_endpoint: tokenEndpoint = issuer } = provider.server
  const audience = habitsOf(provider.authenticator).audience === 'token-endpoint' ? tokenEndpoint : issuer
  const assertion = await signed(scope, { pem, keyId, algorithm }, { issuer: clientId, subject: clientId, audience })
  return (_server, client, body) => {
    body.set('client_id', client.client_id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', assertion)
  }
}

/** The client secret that Apple wants: a JWT by the key that it gave the team. */
function appleSecret(
  scope: Scope,
  provider: Provider,
  { pem, keyId, teamId }: Extract<Credential, { kind: 'apple' }>,
): Promise<string> {
  const { clientId } = provider.authenticator
  const whom = { issuer: teamId, subject: clientId, audience: provider.server.issuer }
  return signed(scope, { pem, keyId, algorithm: 'ES256' }, whom)
}

async function signed(
  { now }: Scope,
  { pem, keyId, algorithm }: { readonly pem: string; readonly keyId: string; readonly algorithm: string },
  { issuer, subject, audience }: { readonly issuer: string; readonly subject: string; readonly audience: string },
): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000)
  return new SignJWT({ iss: issuer, sub: subject, aud: audience, jti: randomToken() })
    .setProtectedHeader({ alg: algorithm, kid: keyId })
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + ASSERTION_SECONDS)
    .sign(await importPKCS8(pem, algorithm))
}
