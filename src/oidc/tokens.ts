import { jwtVerify } from 'jose'
import { leftHalfOfHash } from '../core/crypto.ts'
import { OAuthError } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import type { ClientMetadata, SigningAlgorithm } from '../db/schema.ts'
import { ACCESS_TOKEN_SECONDS } from './commands.ts'
import { ACCESS_TOKEN_ALGORITHM, SIGNING_ALGORITHMS, signingKey, verificationKey } from './keys.ts'
import { findGrant } from './queries.ts'
import { signJwt } from './sign-jwt.ts'
import { findVerified, rememberVerified } from './verified-tokens.ts'

const ID_TOKEN_SECONDS = 3600

export type Grant = {
  readonly clientId: string
  /** Null if the client asks for itself (RFC 6749 section 4.4). */
  readonly userId: string | null
  readonly scope: string
  /** The jti of its access token. */
  readonly tokenId: string
  /** What the access token stands on, where that is not the code that gave it. */
  readonly grantId?: string
  readonly refreshToken?: string
  readonly authenticatedAt: Date
  readonly nonce: string | null
  /** Claims that were asked for one by one (OpenID Connect Core section 5.5): of userinfo by name, of the id_token with values. */
  readonly userinfoClaims?: readonly string[]
  readonly idTokenClaims?: Readonly<Record<string, unknown>>
  /** Of the session that it came from, if it came from one. */
  readonly sid?: string | null
}

/** How long the access tokens of an application live. */
export function accessTokenSeconds({ clientMetadata }: { readonly clientMetadata: ClientMetadata }): number {
  return clientMetadata.accessTokenSeconds ?? ACCESS_TOKEN_SECONDS
}

/** An access token as a signed JWT (RFC 9068), for this tenant's own endpoints. */
export async function issueAccessToken(scope: Scope, grant: Grant, lifetimeSeconds: number): Promise<string> {
  const key = await signingKey(scope, ACCESS_TOKEN_ALGORITHM)
  const now = seconds(scope.now)
  const standsOn = grant.grantId === undefined ? {} : { grant_id: grant.grantId }
  const single =
    grant.userinfoClaims && grant.userinfoClaims.length > 0 ? { userinfo_claims: grant.userinfoClaims } : {}
  return signJwt(
    key,
    { alg: ACCESS_TOKEN_ALGORITHM, typ: 'at+jwt' },
    {
      iss: scope.issuer,
      sub: grant.userId ?? grant.clientId,
      aud: scope.issuer,
      jti: grant.tokenId,
      iat: now,
      exp: now + lifetimeSeconds,
      client_id: grant.clientId,
      scope: grant.scope,
      ...standsOn,
      ...single,
    },
  )
}

/** OpenID Connect Core section 2; claims about the person come from userinfo (section 5.4). */
export async function issueIdToken(
  scope: Scope,
  grant: Grant & { readonly userId: string },
  accessToken: string,
  alg: SigningAlgorithm = 'RS256',
): Promise<string> {
  const key = await signingKey(scope, alg)
  const now = seconds(scope.now)
  const nonce = grant.nonce === null ? {} : { nonce: grant.nonce }
  const sid = typeof grant.sid === 'string' ? { sid: grant.sid } : {}
  const own = {
    ...nonce,
    ...sid,
    auth_time: seconds(grant.authenticatedAt),
    at_hash: leftHalfOfHash(accessToken, alg === 'EdDSA' ? 'sha512' : 'sha256'),
  }
  const standard = {
    iss: scope.issuer,
    sub: grant.userId,
    aud: grant.clientId,
    iat: now,
    exp: now + ID_TOKEN_SECONDS,
  }
  return signJwt(key, { alg, typ: 'JWT' }, { ...grant.idTokenClaims, ...own, ...standard })
}

export type AccessToken = {
  readonly tokenId: string
  readonly clientId: string
  readonly subject: string
  readonly scope: string
  readonly grantId: string | undefined
  /** Claims that were asked for one by one. */
  readonly userinfoClaims: readonly string[]
  readonly issuedAt: number
  readonly expiresAt: number
}

/**
 * What an access token of this tenant says (RFC 9068 section 4), be it revoked or not. OAuthError invalid_token. What was
 * verified once stays so until it expires, or its key is taken away (verified-tokens.ts).
 */
export async function readAccessToken(scope: Scope, token: string): Promise<AccessToken> {
  const known = await findVerified(scope, token)
  if (known) return known
  const { kid, ...read } = await verifySigned(scope, token)
  rememberVerified(scope, token, kid, read)
  return read
}

async function verifySigned(scope: Scope, token: string): Promise<AccessToken & { readonly kid: string }> {
  const verified = await jwtVerify(token, verificationKey(scope), {
    issuer: scope.issuer,
    audience: scope.issuer,
    typ: 'at+jwt',
    algorithms: [...SIGNING_ALGORITHMS],
    requiredClaims: ['jti', 'sub', 'client_id', 'iat', 'exp'],
    currentDate: scope.now,
  }).catch((cause: unknown) => {
    throw new OAuthError('invalid_token', 'The access token is wrong or has expired.', { cause })
  })
  const {
    jti = '',
    sub = '',
    client_id: clientId,
    scope: granted,
    grant_id: grantId,
    userinfo_claims: single,
    iat = 0,
    exp = 0,
  } = verified.payload
  return {
    kid: verified.protectedHeader.kid ?? '',
    tokenId: jti,
    clientId: String(clientId),
    subject: sub,
    scope: typeof granted === 'string' ? granted : '',
    grantId: typeof grantId === 'string' ? grantId : undefined,
    userinfoClaims: Array.isArray(single) ? single.filter((name) => typeof name === 'string') : [],
    issuedAt: iat,
    expiresAt: exp,
  }
}

/** A client's own token stands for no person, whatever its subject is called (RFC 9700 section 4.15). */
export function isOfClient({ subject, clientId }: AccessToken): boolean {
  return subject === clientId
}

/** What an access token opens of a person. */
export type Access = Pick<AccessToken, 'clientId' | 'scope' | 'userinfoClaims'> & {
  readonly userId: string
  readonly applicationId: string
}

/** Checks an access token that stands for a person, for this tenant's own endpoints. OAuthError invalid_token. */
export async function verifyAccessToken(scope: Scope, token: string): Promise<Access> {
  const read = await readAccessToken(scope, token)
  if (isOfClient(read))
    throw new OAuthError('invalid_token', 'The access token stands for an application, not a person.')
  const grant = await findGrant(scope, read)
  if (!grant || grant.userId !== read.subject) throw new OAuthError('invalid_token', 'The access token was revoked.')
  const { clientId, userinfoClaims } = read
  return { ...grant, clientId, scope: read.scope, userinfoClaims }
}

/** As verifyAccessToken; undefined for a token that is wrong, has expired or was revoked. */
export async function findAccess(scope: Scope, token: string): Promise<Access | undefined> {
  return unlessRefused(verifyAccessToken(scope, token))
}

/** As readAccessToken; undefined for what is no access token of this tenant, or has expired. */
export async function findAccessToken(scope: Scope, token: string): Promise<AccessToken | undefined> {
  return unlessRefused(readAccessToken(scope, token))
}

async function unlessRefused<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof OAuthError) return undefined
    throw error
  }
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
