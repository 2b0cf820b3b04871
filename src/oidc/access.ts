/** Access tokens as they come to this tenant's own endpoints. */
import type { SentToken } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import { type Access, type FindStanding, verifyAccessToken } from './access-tokens.ts'
import { demandPossession } from './possession.ts'
import { findGrant } from './queries.ts'

/**
 * A token for our API at `path`, if who sends it holds what it is bound to, and what it stands on. OAuthError with status
 * 401.
 */
export async function verifyAccess<T>(
  c: AppContext,
  sent: SentToken,
  path: string,
  find: FindStanding<T>,
): Promise<Access<T>> {
  try {
    return await verifyAccessToken(c.var.scope, sent.token, path, (read) => demandPossession(c, sent, read), find)
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    if (sent.scheme === 'DPoP') c.set('dpopError', error.code)
    // At the token endpoint the same codes are 400.
    throw new OAuthError(error.code, error.message, { cause: error.cause, status: 401 })
  }
}

/** The same for the API at `path` (RFC 8707); undefined for a token that is refused. */
export function findAccessAt(path: string) {
  return async (c: AppContext, sent: SentToken) => {
    try {
      // Whose it is the grant says: to an application with pairwise subjects sub is no user's id.
      const { token, standing } = await verifyAccess(c, sent, path, findGrant)
      return { ...standing, clientId: token.clientId, scope: token.scope }
    } catch (error) {
      if (error instanceof OAuthError) return undefined
      throw error
    }
  }
}
