import type { ApplicationRow } from '../../applications/queries.ts'
import { hashToken } from '../../core/crypto.ts'
import { OAuthError } from '../../core/errors.ts'
import { findUser } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { type CodeRow, redeemCode, revokeReplayed } from '../commands.ts'
import { boundTo, type Confirmation } from '../confirmation.ts'
import { verifiesChallenge } from '../pkce.ts'
import { beginGrant } from '../refresh/commands.ts'
import { narrowedResources } from '../resource.ts'
import { grantedScopes } from '../scope.ts'
import { accessTokenSeconds, type Grant } from '../tokens.ts'
import { singleClaims } from './single-claims.ts'

/**
 * What a code gives (RFC 6749 section 4.1.3). The code is used up before anything else is looked at: whoever guesses
 * at the rest has one try. OAuthError invalid_grant for whatever is wrong with it.
 */
export async function redeemAuthorizationCode(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
): Promise<Grant> {
  const code = form.get('code')
  if (code === undefined) throw new OAuthError('invalid_request', 'code is missing.')
  const codeHash = hashToken(code)
  const row = await redeemCode(scope, codeHash, application.id, accessTokenSeconds(application))
  if (!row) {
    if (await revokeReplayed(scope, codeHash)) {
      scope.platform.log.warn('authorization code replayed', {
        tenantId: scope.tenantId,
        clientId: application.clientId,
      })
    }
    throw new OAuthError('invalid_grant', 'The code is unknown, was used, or has expired.')
  }
  demandRedirectUri(row, form.get('redirect_uri'))
  await demandVerifier(row, form.get('code_verifier'))
  // RFC 9449 section 10.
  if (row.dpopJkt !== null && row.dpopJkt !== confirmation.jkt) {
    throw new OAuthError('invalid_grant', 'The code is bound to the key of another DPoP proof.')
  }
  const user = await findUser(scope, row.userId)
  if (!user?.active) throw new OAuthError('invalid_grant', 'The user is no more, or deactivated.')
  const granted = grantedScopes(row.scope, application)
  const resources = narrowedResources(scope.issuer, application, form, row.resources)
  return {
    clientId: application.clientId,
    userId: row.userId,
    scope: granted.join(' '),
    tokenId: row.tokenId,
    authenticatedAt: row.authenticatedAt,
    amr: row.amr,
    nonce: row.nonce,
    sid: row.sid,
    resources,
    ...(await singleClaims(scope, row, user)),
    ...(granted.includes('offline_access')
      ? await refreshable(scope, application, row, granted.join(' '), confirmation)
      : {}),
  }
}

/** OpenID Connect Core section 11. The grant has the id of the code's token: what ends the code ends it. */
async function refreshable(
  scope: Scope,
  application: ApplicationRow,
  { tokenId }: CodeRow,
  granted: string,
  confirmation: Confirmation,
): Promise<Pick<Grant, 'grantId' | 'refreshToken'>> {
  const refreshToken = await beginGrant(scope, application, {
    tokenId,
    scope: granted,
    boundTo: boundTo(application, confirmation),
  })
  if (refreshToken === undefined) throw new OAuthError('invalid_grant', 'The code was revoked.')
  return { grantId: tokenId, refreshToken }
}

/**
 * RFC 6749 section 4.1.3. A client of OAuth 2.1 does not send it: the verifier proves what it was for. Whoever sends it
 * sends the right one.
 */
function demandRedirectUri({ redirectUri, codeChallenge }: CodeRow, sent: string | undefined): void {
  if (sent === redirectUri || (sent === undefined && codeChallenge !== null)) return
  throw new OAuthError('invalid_grant', 'redirect_uri is not the one that the code was asked for with.')
}

/** A verifier without a challenge is refused too: somebody took the challenge away (RFC 9700 section 4.8.2). */
async function demandVerifier({ codeChallenge }: CodeRow, verifier: string | undefined): Promise<void> {
  if (codeChallenge === null && verifier === undefined) return
  if (codeChallenge !== null && verifier !== undefined && (await verifiesChallenge(verifier, codeChallenge))) return
  throw new OAuthError('invalid_grant', 'code_verifier does not go with the code_challenge.')
}
