/** Checks of an id_token that oauth4webapi leaves to its caller in the code flow. Pure but for the hash. */
import type { IDToken } from 'oauth4webapi'
import { decodeProtectedHeader } from 'jose'
import { toBase64Url } from '../../../core/crypto.ts'
import type { Asked } from '../request/passed-on.ts'

/** How far a provider's clock may be ahead of ours, or behind. */
export const CLOCK_TOLERANCE_SECONDS = 60

type Context = {
  readonly idToken: string
  readonly accessToken: string
  readonly clientId: string
  readonly now: Date
  readonly asked?: Asked | undefined
}

/** What is wrong with an id_token whose signature and other claims hold; undefined if nothing is. */
export async function findIdTokenFault(claims: IDToken, context: Context): Promise<string | undefined> {
  const { typ } = decodeProtectedHeader(context.idToken)
  // Another kind of token of the same provider for the same client: one that ends a session, or an access token.
  if (typ !== undefined && typ.toLowerCase() !== 'jwt') return `typ is ${typ}, which no id_token is (RFC 8725 3.11)`
  if (claims.sub === '' || claims.sub.length > 255) return 'sub is empty or longer than 255 characters (OIDC Core 2)'
  if (claims.azp !== undefined && claims.azp !== context.clientId) {
    return `azp is ${JSON.stringify(claims.azp)}, another client (OIDC Core 3.1.3.7, 5)`
  }
  if (claims.iat > seconds(context.now) + CLOCK_TOLERANCE_SECONDS) return 'iat is in the future (OIDC Core 3.1.3.7, 10)'
  const hash = claims.at_hash
  if (hash !== undefined && hash !== (await accessTokenHash(context.idToken, context.accessToken))) {
    return 'at_hash is not the hash of the access token (OIDC Core 3.1.3.8)'
  }
  return authTimeFault(claims.auth_time, context)
}

/** Who was to sign in anew has to have done so (OIDC Core section 3.1.3.7, 13). */
function authTimeFault(authTime: unknown, { asked, now }: Context): string | undefined {
  const { maxAge, againAfter } = asked ?? {}
  if (authTime === undefined) return maxAge === undefined ? undefined : 'auth_time is missing, and max_age was sent'
  if (typeof authTime !== 'number') return 'auth_time is no number'
  if (maxAge !== undefined && authTime + maxAge < seconds(now) - CLOCK_TOLERANCE_SECONDS) {
    return `auth_time is longer ago than max_age, ${maxAge} seconds`
  }
  const isBefore = againAfter !== undefined && authTime < againAfter / 1000 - CLOCK_TOLERANCE_SECONDS
  return isBefore ? 'auth_time is before she was sent there to sign in again (prompt=login)' : undefined
}

function seconds(time: Date): number {
  return time.getTime() / 1000
}

/** The left half of the hash that belongs to the id_token's algorithm (OIDC Core section 3.1.3.6). */
async function accessTokenHash(idToken: string, accessToken: string): Promise<string> {
  const { alg = '' } = decodeProtectedHeader(idToken)
  const hash = alg.startsWith('Ed') ? 'SHA-512' : `SHA-${alg.slice(-3)}`
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken)))
  return toBase64Url(digest.slice(0, digest.length / 2))
}
