import { demandsOf } from '../../applications/profile.ts'
import type { ApplicationRow } from '../../applications/queries.ts'
import { hashToken } from '../../core/crypto.ts'
import { OAuthError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { findUser } from '../../directory/users/queries.ts'
import type { Scope } from '../../platform.ts'
import { type Confirmation, shows } from '../confirmation.ts'
import { prolong, revokeGrant, rotate, successorOf } from '../refresh/commands.ts'
import { findRefreshToken, isGivenAgain, type RefreshToken } from '../refresh/queries.ts'
import { narrowedResources } from '../resource.ts'
import { grantedScopes } from '../scope.ts'
import type { Grant } from '../tokens.ts'
import { singleClaims } from './single-claims.ts'

/**
 * What a refresh token gives (RFC 6749 section 6), and, unless it stays, a new one in its place: the same one again for
 * a moment, while nobody has used it. Whoever comes later with one that was used ends the family: one of the two that
 * have it is a thief (RFC 9700 section 4.14.2). OAuthError invalid_grant.
 */
export async function redeemRefreshToken(
  scope: Scope,
  application: ApplicationRow,
  form: ReadonlyMap<string, string>,
  confirmation: Confirmation,
): Promise<Grant> {
  const token = form.get('refresh_token')
  if (token === undefined) throw new OAuthError('invalid_request', 'refresh_token is missing.')
  const known = await findRefreshToken(scope, hashToken(token))
  // Another client's try changes nothing.
  if (!known?.isAlive || known.applicationId !== application.id) throw refused()
  if (!shows(confirmation, known.boundTo)) {
    throw new OAuthError(
      'invalid_grant',
      'The refresh token is bound to the key of another DPoP proof, or to a certificate.',
    )
  }
  const granted = narrowed(known, application, form.get('scope'))
  const resources = narrowedResources(scope.issuer, application, form, known.resources)
  const user = known.claims && (await findUser(scope, known.userId))
  const successor = await successorFor(scope, application, token, known)
  return {
    clientId: application.clientId,
    userId: known.userId,
    scope: granted,
    tokenId: newId(),
    grantId: known.grantId,
    ...(successor === undefined ? {} : { refreshToken: successor }),
    authenticatedAt: known.authenticatedAt,
    amr: known.amr,
    nonce: null,
    sid: known.sid,
    resources,
    ...(user ? await singleClaims(scope, known, user) : {}),
  }
}

/** Uses the token up for its successor, which is none where it stays. */
async function successorFor(
  scope: Scope,
  application: ApplicationRow,
  token: string,
  { usedAt, grantId }: RefreshToken,
): Promise<string | undefined> {
  const tokenHash = hashToken(token)
  if (demandsOf(application).steadyRefreshToken) {
    if (usedAt === null && (await prolong(scope, application, tokenHash))) return undefined
  } else {
    const successor = await successorOf(scope, token)
    if (usedAt === null && (await rotate(scope, application, tokenHash, successor))) return successor
    if (await isGivenAgain(scope, tokenHash, successor)) return successor
  }
  await revokeGrant(scope, grantId)
  scope.platform.log.warn('refresh token reused', { tenantId: scope.tenantId, clientId: application.clientId })
  throw refused()
}

function refused(): OAuthError {
  return new OAuthError('invalid_grant', 'The refresh token is unknown, was used or revoked, or has expired.')
}

/** What is asked for of what was given, as far as the application may still have it. OAuthError invalid_scope. */
function narrowed({ scope }: RefreshToken, application: ApplicationRow, asked: string | undefined): string {
  const present = grantedScopes(scope, application)
  if (asked === undefined) return present.join(' ')
  const wanted = asked.split(' ').filter((name) => name !== '')
  const given = scope.split(' ')
  const more = wanted.find((name) => !given.includes(name))
  if (more !== undefined) throw new OAuthError('invalid_scope', 'The scope is more than what was granted.')
  return present.filter((name) => wanted.includes(name)).join(' ')
}
