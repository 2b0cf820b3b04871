import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { toBase64Url } from '../core/crypto.ts'
import { OAuthError } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import { ACCESS_TOKEN_SECONDS } from './commands.ts'
import { publicKeys, signingKey } from './keys.ts'
import { findGrant } from './queries.ts'

const ID_TOKEN_SECONDS = 3600

export type Grant = {
  readonly clientId: string
  readonly userId: string
  readonly scope: string
  readonly tokenId: string
  readonly authenticatedAt: Date
  readonly nonce: string | null
  /** Of the session that it came from, if it came from one. */
  readonly sid?: string | null
}

/** An access token as a signed JWT (RFC 9068), for this tenant's own endpoints. */
export async function issueAccessToken(scope: Scope, grant: Grant): Promise<string> {
  const { kid, privateKey } = await signingKey(scope)
  const now = seconds(scope.now)
  return new SignJWT({ client_id: grant.clientId, scope: grant.scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
    .setIssuer(scope.issuer)
    .setSubject(grant.userId)
    .setAudience(scope.issuer)
    .setJti(grant.tokenId)
    .setIssuedAt(now)
    .setExpirationTime(now + ACCESS_TOKEN_SECONDS)
    .sign(privateKey)
}

/** OpenID Connect Core section 2; claims about the person come from userinfo (section 5.4). */
export async function issueIdToken(scope: Scope, grant: Grant, accessToken: string): Promise<string> {
  const { kid, privateKey } = await signingKey(scope)
  const now = seconds(scope.now)
  const nonce = grant.nonce === null ? {} : { nonce: grant.nonce }
  const sid = typeof grant.sid === 'string' ? { sid: grant.sid } : {}
  return new SignJWT({
    ...nonce,
    ...sid,
    auth_time: seconds(grant.authenticatedAt),
    at_hash: await halfHash(accessToken),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .setIssuer(scope.issuer)
    .setSubject(grant.userId)
    .setAudience(grant.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + ID_TOKEN_SECONDS)
    .sign(privateKey)
}

/** Checks an access token of this tenant (RFC 9068 section 4). OAuthError invalid_token for anything else. */
export async function verifyAccessToken(scope: Scope, token: string): Promise<{ userId: string; scope: string }> {
  const keys = createLocalJWKSet(await publicKeys(scope))
  const verified = await jwtVerify(token, keys, {
    issuer: scope.issuer,
    audience: scope.issuer,
    typ: 'at+jwt',
    algorithms: ['RS256'],
    currentDate: scope.now,
  }).catch((cause: unknown) => {
    throw new OAuthError('invalid_token', 'The access token is wrong or has expired.', { cause })
  })
  const { jti, sub, scope: granted } = verified.payload
  const grant = jti === undefined ? undefined : await findGrant(scope, jti)
  if (!grant || grant.userId !== sub) throw new OAuthError('invalid_token', 'The access token was revoked.')
  return { userId: grant.userId, scope: typeof granted === 'string' ? granted : '' }
}

/** As verifyAccessToken; undefined for a token that is wrong, has expired or was revoked. */
export async function findAccess(scope: Scope, token: string): Promise<{ userId: string; scope: string } | undefined> {
  try {
    return await verifyAccessToken(scope, token)
  } catch (error) {
    if (error instanceof OAuthError) return undefined
    throw error
  }
}

/** The left half of the SHA-256 of a token (OpenID Connect Core section 3.1.3.6). */
async function halfHash(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))
  return toBase64Url(new Uint8Array(digest).slice(0, 16))
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
