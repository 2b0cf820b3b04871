/** Access tokens as they come to this tenant's own endpoints. */
import type { SentToken } from '../core/basic.ts'
import { OAuthError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import { demandPossession } from './possession.ts'
import { type Access, verifyAccessToken } from './access-tokens.ts'

/** What a token opens of a person at our API at `path`, if who sends it holds what it is bound to. OAuthError with status 401. */
export async function verifyAccess(c: AppContext, sent: SentToken, path: string): Promise<Access> {
  try {
    return await verifyAccessToken(c.var.scope, sent.token, path, (token) => demandPossession(c, sent, token))
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    if (sent.scheme === 'DPoP') c.set('dpopError', error.code)
    // At the token endpoint the same codes are 400.
    throw new OAuthError(error.code, error.message, { cause: error.cause, status: 401 })
  }
}

/** The same for the API at `path` (RFC 8707); undefined for a token that is refused. */
export function findAccessAt(path: string) {
  return async (c: AppContext, sent: SentToken): Promise<Access | undefined> => {
    try {
      return await verifyAccess(c, sent, path)
    } catch (error) {
      if (error instanceof OAuthError) return undefined
      throw error
    }
  }
}
