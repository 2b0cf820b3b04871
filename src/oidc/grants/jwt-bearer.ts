import type { ApplicationRow } from '../../applications/queries.ts'
import { OAuthError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { findUser, findUserByName, type UserRow } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { readAssertedUser } from '../assertions/grant.ts'
import { beginAssertedGrant } from '../exchange/commands.ts'
import { narrowedResources } from '../resource.ts'
import { grantedScopes } from '../scope.ts'
import { accessTokenSeconds, type Grant } from '../tokens.ts'

/**
 * An access token for a person whom an application names in an assertion that it has signed (RFC 7523 section 2.1). Only
 * one that an administrator trusts with that may: it says itself who a person is, and nobody signs in. There is neither an
 * id_token nor a refresh token. OAuthError unauthorized_client, invalid_grant, invalid_scope.
 */
export async function grantByAssertion(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
): Promise<Grant> {
  if (application.clientMetadata.assertsUsers !== true) {
    throw new OAuthError('unauthorized_client', 'The client is not trusted to say who a person is.')
  }
  const granted = askedScope(application, form.get('scope') ?? '')
  const resources = narrowedResources(scope.issuer, application, form)
  const user = await userNamed(scope, await readAssertedUser(scope, application, form.get('assertion')))
  const grantId =
    user &&
    (await beginAssertedGrant(scope, {
      applicationId: application.id,
      userId: user.id,
      scope: granted,
      resources,
      seconds: accessTokenSeconds(application),
    }))
  if (!grantId)
    throw new OAuthError('invalid_grant', 'The assertion names nobody here, or somebody who is deactivated.')
  scope.platform.log.info('person asserted', {
    tenantId: scope.tenantId,
    clientId: application.clientId,
    userId: user.id,
  })
  return {
    clientId: application.clientId,
    userId: user.id,
    scope: granted,
    tokenId: newId(),
    grantId,
    resources,
    authenticatedAt: scope.now,
    nonce: null,
    withoutIdToken: true,
  }
}

/** RFC 7523 section 3: nobody is there to be asked for less, so what the application may not have is refused. */
function askedScope(application: ApplicationRow, asked: string): string {
  const granted = grantedScopes(asked, application).filter((name) => name !== 'offline_access')
  if (asked.split(' ').every((name) => name === '' || granted.includes(name))) return granted.join(' ')
  throw new OAuthError('invalid_scope', 'The client may not have all of these scopes.')
}

/** By the id or, if there is none, by the user name. */
async function userNamed(scope: Scope, name: string): Promise<UserRow | undefined> {
  return (await findUser(scope, name)) ?? (await findUserByName(scope, name))
}
