import type { ApplicationRow } from '../applications/queries.ts'
import { leftHalfOfHash } from '../core/crypto.ts'
import type { Scope } from '../platform.ts'
import type { ClientMetadata, SigningAlgorithm } from '../db/schema.ts'
import { acrOf } from './acr.ts'
import { ACCESS_TOKEN_SECONDS } from './commands.ts'
import { type Confirmation, isBound } from './confirmation.ts'
import { ACCESS_TOKEN_ALGORITHM, signingKey } from './keys.ts'
import { keepOpaqueToken } from './opaque/commands.ts'
import { signJwt } from './sign-jwt.ts'

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
  const alg = application?.clientMetadata.accessTokenSignedResponseAlg ?? ACCESS_TOKEN_ALGORITHM
  return signJwt(await signingKey(scope, alg), { alg, typ: 'at+jwt' }, claims)
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
  const key = await signingKey(scope, alg)
  const now = seconds(scope.now)
  const nonce = grant.nonce === null ? {} : { nonce: grant.nonce }
  const sid = typeof grant.sid === 'string' ? { sid: grant.sid } : {}
  const how = grant.amr ? { amr: grant.amr, acr: acrOf({ amr: grant.amr }) } : {}
  const own = {
    ...nonce,
    ...sid,
    ...how,
    auth_time: seconds(grant.authenticatedAt),
    at_hash: leftHalfOfHash(accessToken, alg === 'EdDSA' ? 'sha512' : 'sha256'),
  }
  const standard = {
    iss: scope.issuer,
    sub: grant.subject ?? grant.userId,
    aud: grant.clientId,
    iat: now,
    exp: now + ID_TOKEN_SECONDS,
  }
  return signJwt(key, { alg, typ: 'JWT' }, { ...grant.idTokenClaims, ...own, ...standard })
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}
