import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { Scope } from '../../platform.ts'
import { narrowedResources } from '../resource.ts'
import { permittedScopes } from '../scope.ts'
import type { Grant } from '../tokens.ts'

/**
 * What a client gets for itself (RFC 6749 section 4.4): of the permissions that an administrator allows it those that it
 * asks for, or all. It is nobody: there is no openid, no id_token and no refresh token (section 4.4.3).
 */
export async function grantClient(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
): Promise<Grant> {
  if (application.tokenEndpointAuthMethod === 'none') {
    throw new OAuthError('unauthorized_client', 'A client that proves nothing of itself gets nothing for itself.')
  }
  const asked = form.get('scope') ?? application.permissions.join(' ')
  const granted = permittedScopes(asked, application)
  if (asked.split(' ').some((name) => name !== '' && !granted.includes(name))) {
    throw new OAuthError('invalid_scope', 'The client may not have all of these scopes for itself.')
  }
  return {
    clientId: application.clientId,
    userId: null,
    scope: granted.join(' '),
    tokenId: newId(),
    resources: narrowedResources(scope.issuer, application, form),
    authenticatedAt: scope.now,
    nonce: null,
  }
}
