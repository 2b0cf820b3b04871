/** A connection to another postern tenant, or to any provider that lets clients register themselves, in one step. */
import { type KeyPair, makeKey } from '../../connections/authenticator/private-key.ts'
import { createConnection } from '../../connections/commands.ts'
import type { ConnectionRow } from '../../connections/queries.ts'
import { newId } from '../../core/ids.ts'
import { Problem } from '../../core/errors.ts'
import type { Scope } from '../../platform.ts'
import type { SignInFailure } from '../failure.ts'
import { outcome } from '../upstream/calls.ts'
import { discover } from '../upstream/provider.ts'
import { type Registered, registerClient, unregisterClient } from '../upstream/client/register.ts'
import type { PosternInput } from './settings.ts'

/**
 * Registers this tenant as a client there (RFC 7591) and stores the connection, which signs in nobody new until
 * just-in-time provisioning is switched on. Problem 400 or 502 says why it was refused, and then nothing is left here,
 * nor there.
 */
export async function connectPostern(scope: Scope, input: PosternInput): Promise<ConnectionRow> {
  const { issuer, initialAccessToken } = input
  if (issuer === scope.issuer) throw refused(400, 'issuer', 'This tenant cannot be its own provider.')
  const id = newId()
  const found = await outcome(() => discover(scope, { type: 'oidc', clientId: '', issuer }))
  if (!found.ok) throw notRegistered(found.failure)
  const server = found.value
  const takesKeys = server.token_endpoint_auth_methods_supported?.includes('private_key_jwt') === true
  const key = takesKeys ? await makeKey() : undefined
  const metadata = clientMetadata(scope, id, key)
  const registered = await outcome(
    () => registerClient(scope, server, metadata, initialAccessToken),
    [initialAccessToken ?? ''],
  )
  if (!registered.ok) throw notRegistered(registered.failure)
  try {
    return await createConnection(scope, settingsOf(input, registered.value, key), undefined, id)
  } catch (error) {
    await unregisterClient(scope, server, registered.value)
    throw error
  }
}

function clientMetadata(scope: Scope, id: string, key: KeyPair | undefined): Record<string, unknown> {
  const { issuer, tenant } = scope
  return {
    client_name: `${tenant.name} (${new URL(issuer).host})`.slice(0, 100),
    redirect_uris: [`${issuer}/commonauth`],
    post_logout_redirect_uris: [`${issuer}/commonauth/logout`],
    backchannel_logout_uri: `${issuer}/login/connections/${id}/backchannel-logout`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    ...(key === undefined
      ? { token_endpoint_auth_method: 'client_secret_basic' }
      : {
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: key.algorithm,
          jwks: { keys: [key.publicKey] },
        }),
  }
}

function settingsOf({ issuer, name }: PosternInput, { clientId, clientSecret }: Registered, key: KeyPair | undefined) {
  const { host, pathname } = new URL(issuer)
  const shared = { preset: 'postern', clientId, issuer } as const
  const authenticator = key
    ? { ...shared, clientAuthentication: 'private_key_jwt' as const, privateKey: key.pem, keyId: key.publicKey.kid }
    : { ...shared, ...(clientSecret === undefined ? {} : { clientSecret }) }
  return { name: name ?? `${host}${pathname}`.replace(/\/$/, '').slice(0, 100), authenticator }
}

function notRegistered(failure: SignInFailure): Problem {
  const reason = 'reason' in failure ? failure.reason : failure.kind
  switch (failure.kind) {
    case 'unreachable':
      return refused(502, 'issuer', `It does not answer: ${reason}`)
    case 'provider-error':
      return ['access_denied', 'invalid_token'].includes(failure.error)
        ? refused(400, 'initialAccessToken', reason)
        : refused(400, 'issuer', reason)
    default:
      return refused(400, 'issuer', reason)
  }
}

function refused(status: 400 | 502, field: keyof PosternInput, message: string): Problem {
  return new Problem(status, 'This tenant was not registered at the provider.', [{ field, message }])
}
