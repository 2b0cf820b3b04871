import { jwtVerify, SignJWT } from 'jose'
import { type ApplicationRow, findApplicationByClientId } from '../applications/queries.ts'
import { toBase64Url } from '../core/crypto.ts'
import { OAuthError } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import type { ClientMetadata, SigningAlgorithm } from '../db/schema.ts'
import { acrOf } from './acr.ts'
import { ACCESS_TOKEN_SECONDS } from './commands.ts'
import { type Confirmation, isBound, readConfirmation } from './confirmation.ts'
import { ACCESS_TOKEN_ALGORITHM, SIGNING_ALGORITHMS, signingKey, verificationKey } from './keys.ts'
import { keepOpaqueToken } from './opaque/commands.ts'
import { findOpaqueToken } from './opaque/queries.ts'
import { isOpaque } from './opaque/shape.ts'
import { findGrant } from './queries.ts'
import { isRevoked } from './revocation/queries.ts'

const ID_TOKEN_SECONDS = 3600

export type Grant = {
  readonly clientId: string
  /** Null if the client asks for itself (RFC 6749 section 4.4). */
  readonly userId: string | null
  /** What the application calls her, where that is not her id. */
  readonly subject?: string
  readonly scope: string
  /** The jti of its access token. */
  readonly tokenId: string
  /** What the access token stands on, where that is not the code that gave it. */
  readonly grantId?: string
  readonly refreshToken?: string
  readonly authenticatedAt: Date
  /** How the person signed in (RFC 8176), where that is known. */
  readonly amr?: readonly string[] | null
  readonly nonce: string | null
  /** Claims that were asked for one by one (OpenID Connect Core section 5.5): of userinfo by name, of the id_token with values. */
  readonly userinfoClaims?: readonly string[]
  readonly idTokenClaims?: Readonly<Record<string, unknown>>
  /** What the application has mapped for its access tokens. */
  readonly accessTokenClaims?: Readonly<Record<string, unknown>>
  /** Of the session that it came from, if it came from one. */
  readonly sid?: string | null
  /** What its access token is bound to. */
  readonly confirmation?: Confirmation
  /** Whom the access token is for (RFC 8707): ourselves, where none is named. */
  readonly resources?: readonly string[] | undefined
  /** Who acts for the person (RFC 8693 section 4.1). */
  readonly actor?: unknown
  /** Of an exchanged token: what it is (RFC 8693 section 2.2.1). */
  readonly issuedTokenType?: string
  /** Nobody signed in: openid gives no id_token. */
  readonly withoutIdToken?: boolean
  /** In seconds since 1970: the latest end of an access token that another one was given for. */
  readonly endsBy?: number
}

/** How long the access tokens of an application live. */
export function accessTokenSeconds({ clientMetadata }: { readonly clientMetadata: ClientMetadata }): number {
  return clientMetadata.accessTokenSeconds ?? ACCESS_TOKEN_SECONDS
}

/** How long the access token of a grant lives, in seconds. */
export function lifetimeOf(
  { endsBy }: Grant,
  application: { readonly clientMetadata: ClientMetadata },
  now: Date,
): number {
  const own = accessTokenSeconds(application)
  return endsBy === undefined ? own : Math.min(own, endsBy - seconds(now))
}

/** An access token: a signed JWT (RFC 9068), or a random text where the application wants one. */
export async function issueAccessToken(
  scope: Scope,
  grant: Grant,
  lifetimeSeconds: number,
  application?: Pick<ApplicationRow, 'id' | 'clientMetadata'>,
): Promise<string> {
  const now = seconds(scope.now)
  const standsOn = grant.grantId === undefined ? {} : { grant_id: grant.grantId }
  const single =
    grant.userinfoClaims && grant.userinfoClaims.length > 0 ? { userinfo_claims: grant.userinfoClaims } : {}
  const bound = isBound(grant.confirmation) ? { cnf: grant.confirmation } : {}
  const actor = grant.actor === undefined ? {} : { act: grant.actor }
  const claims = {
    ...grant.accessTokenClaims,
    iss: scope.issuer,
    sub: grant.subject ?? grant.userId ?? grant.clientId,
    aud: audienceOf(scope, grant),
    client_id: grant.clientId,
    scope: grant.scope,
    jti: grant.tokenId,
    iat: now,
    exp: now + lifetimeSeconds,
    ...standsOn,
    ...single,
    ...bound,
    ...actor,
  }
  if (application?.clientMetadata.accessTokenFormat === 'opaque') return keepOpaqueToken(scope, application.id, claims)
  const { kid, privateKey } = await signingKey(scope, ACCESS_TOKEN_ALGORITHM)
  return new SignJWT(claims).setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, typ: 'at+jwt', kid }).sign(privateKey)
}

/** One is a text, several are a list (RFC 7519 section 4.1.3). */
function audienceOf({ issuer }: Scope, { resources = [] }: Grant): string | string[] {
  const [first = issuer, ...others] = resources
  return others.length === 0 ? first : [first, ...others]
}

/** OpenID Connect Core section 2; claims about the person come from userinfo (section 5.4). */
export async function issueIdToken(
  scope: Scope,
  grant: Grant & { readonly userId: string },
  accessToken: string,
  alg: SigningAlgorithm = 'RS256',
): Promise<string> {
  const { kid, privateKey } = await signingKey(scope, alg)
  const now = seconds(scope.now)
  const nonce = grant.nonce === null ? {} : { nonce: grant.nonce }
  const sid = typeof grant.sid === 'string' ? { sid: grant.sid } : {}
  const how = grant.amr ? { amr: grant.amr, acr: acrOf({ amr: grant.amr }) } : {}
  const own = {
    ...nonce,
    ...sid,
    ...how,
    auth_time: seconds(grant.authenticatedAt),
    at_hash: await halfHash(accessToken, alg),
  }
  return new SignJWT({ ...grant.idTokenClaims, ...own })
    .setProtectedHeader({ alg, typ: 'JWT', kid })
    .setIssuer(scope.issuer)
    .setSubject(grant.subject ?? grant.userId)
    .setAudience(grant.clientId)
    .setIssuedAt(now)
    .setExpirationTime(now + ID_TOKEN_SECONDS)
    .sign(privateKey)
}

export type AccessToken = {
  readonly tokenId: string
  readonly clientId: string
  readonly subject: string
  readonly scope: string
  /** Whom it is for: ourselves, unless something else was asked for. */
  readonly audience: readonly string[]
  /** Who acts for the subject (RFC 8693 section 4.1). */
  readonly actor: unknown
  readonly grantId: string | undefined
  /** Claims that were asked for one by one. */
  readonly userinfoClaims: readonly string[]
  readonly confirmation: Confirmation
  readonly issuedAt: number
  readonly expiresAt: number
}

/**
 * What an access token of this tenant says (RFC 9068 section 4), be it revoked or not, and whomever it is for. OAuthError
 * invalid_token.
 */
export async function readAccessToken(scope: Scope, token: string): Promise<AccessToken> {
  const payload = isOpaque(token) ? await findOpaqueToken(scope, token) : await verifiedPayload(scope, token)
  if (!payload) throw new OAuthError('invalid_token', 'The access token is wrong or has expired.')
  const { client_id: clientId, scope: granted, grant_id: grantId, userinfo_claims: single, act, aud, cnf } = payload
  return {
    tokenId: String(payload.jti),
    clientId: String(clientId),
    subject: String(payload.sub),
    scope: typeof granted === 'string' ? granted : '',
    audience: (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string'),
    actor: act,
    grantId: typeof grantId === 'string' ? grantId : undefined,
    userinfoClaims: Array.isArray(single) ? single.filter((name) => typeof name === 'string') : [],
    confirmation: readConfirmation(cnf),
    issuedAt: Number(payload.iat),
    expiresAt: Number(payload.exp),
  }
}

async function verifiedPayload(scope: Scope, token: string): Promise<Readonly<Record<string, unknown>>> {
  const { payload } = await jwtVerify(token, verificationKey(scope), {
    issuer: scope.issuer,
    typ: 'at+jwt',
    algorithms: [...SIGNING_ALGORITHMS],
    requiredClaims: ['jti', 'sub', 'aud', 'client_id', 'iat', 'exp'],
    currentDate: scope.now,
  }).catch((cause: unknown) => {
    throw new OAuthError('invalid_token', 'The access token is wrong or has expired.', { cause })
  })
  return payload
}

/** A client's own token stands for no person, whatever its subject is called (RFC 9700 section 4.15). */
export function isOfClient({ subject, clientId }: AccessToken): boolean {
  return subject === clientId
}

/** Whether an access token that was read was not revoked, nor what it stands on. */
export async function isAlive(scope: Scope, token: AccessToken): Promise<boolean> {
  if (isOfClient(token)) {
    if (await isRevoked(scope, token.tokenId)) return false
    return (await findApplicationByClientId(scope, token.clientId)) !== undefined
  }
  return (await findGrant(scope, token)) !== undefined
}

/** What an access token opens of a person. */
export type Access = Pick<AccessToken, 'clientId' | 'scope' | 'userinfoClaims'> & {
  readonly userId: string
  readonly applicationId: string
}

/**
 * Checks an access token that stands for a person, and is for us or for our API at `path` (RFC 8707); `demandPossession`
 * throws if who sends it does not hold what it is bound to. OAuthError invalid_token.
 */
export async function verifyAccessToken(
  scope: Scope,
  token: string,
  path: string,
  demandPossession: (token: AccessToken) => Promise<void>,
): Promise<Access> {
  const read = await readAccessToken(scope, token)
  if (!read.audience.some((one) => one === scope.issuer || one === scope.issuer + path)) {
    throw new OAuthError('invalid_token', 'The access token is for another resource.')
  }
  await demandPossession(read)
  if (isOfClient(read))
    throw new OAuthError('invalid_token', 'The access token stands for an application, not a person.')
  // Whose it is the grant says: to an application with pairwise subjects sub is no user's id.
  const grant = await findGrant(scope, read)
  if (!grant) throw new OAuthError('invalid_token', 'The access token was revoked.')
  const { clientId, userinfoClaims } = read
  return { ...grant, clientId, scope: read.scope, userinfoClaims }
}

/** As readAccessToken; undefined for what is no access token of this tenant, or has expired. */
export async function findAccessToken(scope: Scope, token: string): Promise<AccessToken | undefined> {
  try {
    return await readAccessToken(scope, token)
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
