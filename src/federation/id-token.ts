/** Checks of an id_token that oauth4webapi leaves to its caller in the code flow. Pure but for the hash. */
import type { IDToken } from 'oauth4webapi'
import { decodeProtectedHeader } from 'jose'
import { toBase64Url } from '../core/crypto.ts'

/** How far a provider's clock may be ahead of ours, or behind. */
export const CLOCK_TOLERANCE_SECONDS = 60

/** What is wrong with an id_token whose signature and other claims hold; undefined if nothing is. */
export async function findIdTokenFault(
  claims: IDToken,
  context: { readonly idToken: string; readonly accessToken: string; readonly clientId: string; readonly now: Date },
): Promise<string | undefined> {
  if (claims.sub === '' || claims.sub.length > 255) return 'sub is empty or longer than 255 characters (OIDC Core 2)'
  if (claims.azp !== undefined && claims.azp !== context.clientId) {
    return `azp is ${JSON.stringify(claims.azp)}, another client (OIDC Core 3.1.3.7, 5)`
  }
  if (claims.iat > context.now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS)
    return 'iat is in the future (OIDC Core 3.1.3.7, 10)'
  if (
    claims.at_hash !== undefined &&
    claims.at_hash !== (await accessTokenHash(context.idToken, context.accessToken))
  ) {
    return 'at_hash is not the hash of the access token (OIDC Core 3.1.3.8)'
  }
  return undefined
}

/** The left half of the hash that belongs to the id_token's algorithm (OIDC Core section 3.1.3.6). */
async function accessTokenHash(idToken: string, accessToken: string): Promise<string> {
  const { alg = '' } = decodeProtectedHeader(idToken)
  const hash = alg.startsWith('Ed') ? 'SHA-512' : `SHA-${alg.slice(-3)}`
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken)))
  return toBase64Url(digest.slice(0, digest.length / 2))
}
