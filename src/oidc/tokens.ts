import { jwtVerify, SignJWT } from 'jose'
import { toBase64Url } from '../core/crypto.ts'
import { OAuthError } from '../core/errors.ts'
import type { SigningAlgorithm } from '../db/schema.ts'
import type { Scope } from '../platform.ts'
import { ACCESS_TOKEN_SECONDS } from './commands.ts'
import { ACCESS_TOKEN_ALGORITHM, SIGNING_ALGORITHMS, signingKey, verificationKey } from './keys.ts'
import { findGrant } from './queries.ts'

const ID_TOKEN_SECONDS = 3600

export type Grant = {
  readonly clientId: string
  readonly userId: string
  readonly scope: string
  readonly tokenId: string
  readonly authenticatedAt: Date
  readonly nonce: string | null
  /** Claims that were asked for one by one (OpenID Connect Core section 5.5): of userinfo by name, of the id_token with values. */
  readonly userinfoClaims?: readonly string[]
  readonly idTokenClaims?: Readonly<Record<string, unknown>>
}

/** An access token as a signed JWT (RFC 9068), for this tenant's own endpoints. */
export async function issueAccessToken(scope: Scope, grant: Grant): Promise<string> {
  const { kid, privateKey } = await signingKey(scope, ACCESS_TOKEN_ALGORITHM)
  const now = seconds(scope.now)
  const single =
    grant.userinfoClaims && grant.userinfoClaims.length > 0 ? { userinfo_claims: grant.userinfoClaims } : {}
  return new SignJWT({ client_id: grant.clientId, scope: grant.scope, ...single })
    .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, typ: 'at+jwt', kid })
    .setIssuer(scope.issuer)
    .setSubject(grant.userId)
    .setAudience(scope.issuer)
    .setJti(grant.tokenId)
    .setIssuedAt(now)
    .setExpirationTime(now + ACCESS_TOKEN_SECONDS)
    .sign(privateKey)
}

/** OpenID Connect Core section 2; claims about the person come from userinfo (section 5.4). */
export async function issueIdToken(
  scope: Scope,
  grant: Grant,
  accessToken: string,
  alg: SigningAlgorithm = 'RS256',
): Promise<string> {
  const { kid, privateKey } = await signingKey(scope, alg)
  const now = seconds(scope.now)
  const nonce = grant.nonce === null ? {} : { nonce: grant.nonce }
  const own = { ...nonce, auth_time: seconds(grant.authenticatedAt), at_hash: await halfHash(accessToken, alg) }
  return new SignJWT({ ...grant.idTokenClaims, ...own })
    .setProtectedHeader({ alg, typ: 'JWT', kid })
    .setIssuer(scope.issuer)
    .setSubject(grant.userId)
    .setAudience(grant.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + ID_TOKEN_SECONDS)
    .sign(privateKey)
}

export type Access = {
  readonly userId: string
  readonly applicationId: string
  readonly clientId: string
  readonly scope: string
  /** Claims that were asked for one by one. */
  readonly userinfoClaims: readonly string[]
}

/** Checks an access token of this tenant (RFC 9068 section 4). OAuthError invalid_token for anything else. */
export async function verifyAccessToken(scope: Scope, token: string): Promise<Access> {
  const verified = await jwtVerify(token, verificationKey(scope), {
    issuer: scope.issuer,
    audience: scope.issuer,
    typ: 'at+jwt',
    algorithms: [...SIGNING_ALGORITHMS],
    currentDate: scope.now,
  }).catch((cause: unknown) => {
    throw new OAuthError('invalid_token', 'The access token is wrong or has expired.', { cause })
  })
  const { jti, sub, scope: granted, client_id: clientId } = verified.payload
  const grant = jti === undefined ? undefined : await findGrant(scope, jti)
  if (!grant || grant.userId !== sub) throw new OAuthError('invalid_token', 'The access token was revoked.')
  const { userinfo_claims: single } = verified.payload
  return {
    ...grant,
    scope: typeof granted === 'string' ? granted : '',
    clientId: typeof clientId === 'string' ? clientId : '',
    userinfoClaims: Array.isArray(single) ? single.filter((name) => typeof name === 'string') : [],
  }
}

/** As verifyAccessToken; undefined for a token that is wrong, has expired or was revoked. */
export async function findAccess(scope: Scope, token: string): Promise<Access | undefined> {
  try {
    return await verifyAccessToken(scope, token)
  } catch (error) {
    if (error instanceof OAuthError) return undefined
    throw error
  }
}

/** The left half of a token's hash, by the hash that the signature has in it (OpenID Connect Core section 3.1.3.6). */
async function halfHash(token: string, alg: SigningAlgorithm): Promise<string> {
  const hash = alg === 'EdDSA' ? 'SHA-512' : 'SHA-256'
  const digest = await crypto.subtle.digest(hash, new TextEncoder().encode(token))
  return toBase64Url(new Uint8Array(digest).slice(0, digest.byteLength / 2))
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
