/** Access tokens of this tenant as they come back: what they say, and whether they are worth anything still. */
import { jwtVerify } from 'jose'
import { findApplicationByClientId } from '../applications/queries.ts'
import { OAuthError } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import { type Confirmation, readConfirmation } from './confirmation.ts'
import { SIGNING_ALGORITHMS, verificationKey } from './keys.ts'
import { findOpaqueToken } from './opaque/queries.ts'
import { isOpaque } from './opaque/shape.ts'
import { findGrant } from './queries.ts'
import { isRevoked } from './revocation/queries.ts'
import { findVerified, rememberVerified } from './verified-tokens.ts'

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
 * invalid_token. What was verified once stays so until it expires, or its key is taken away (verified-tokens.ts).
 */
export async function readAccessToken(scope: Scope, token: string): Promise<AccessToken> {
  if (isOpaque(token)) {
    const kept = await findOpaqueToken(scope, token)
    if (!kept) throw new OAuthError('invalid_token', 'The access token is wrong or has expired.')
    return accessTokenOf(kept)
  }
  const known = await findVerified(scope, token)
  if (known) return known
  const { payload, kid } = await verifySigned(scope, token)
  const read = accessTokenOf(payload)
  rememberVerified(scope, token, kid, read)
  return read
}

function accessTokenOf(payload: Readonly<Record<string, unknown>>): AccessToken {
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

async function verifySigned(scope: Scope, token: string) {
  const { payload, protectedHeader } = await jwtVerify(token, verificationKey(scope), {
    issuer: scope.issuer,
    typ: 'at+jwt',
    algorithms: [...SIGNING_ALGORITHMS],
    requiredClaims: ['jti', 'sub', 'aud', 'client_id', 'iat', 'exp'],
    currentDate: scope.now,
  }).catch((cause: unknown) => {
    throw new OAuthError('invalid_token', 'The access token is wrong or has expired.', { cause })
  })
  return { payload, kid: protectedHeader.kid ?? '' }
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

/** What an access token stands on, with what is asked of it; undefined if that was revoked. */
export type FindStanding<T> = (scope: Scope, token: AccessToken) => Promise<T | undefined>
export type Access<T> = { readonly token: AccessToken; readonly standing: T }

/**
 * Checks an access token that stands for a person, and is for us or for our API at `path` (RFC 8707); `demandPossession`
 * throws if who sends it does not hold what it is bound to. OAuthError invalid_token. `find` says what it stands on.
 */
export async function verifyAccessToken<T>(
  scope: Scope,
  token: string,
  path: string,
  demandPossession: (token: AccessToken) => Promise<void>,
  find: FindStanding<T>,
): Promise<Access<T>> {
  const read = await readAccessToken(scope, token)
  if (!read.audience.some((one) => one === scope.issuer || one === scope.issuer + path)) {
    throw new OAuthError('invalid_token', 'The access token is for another resource.')
  }
  await demandPossession(read)
  if (isOfClient(read))
    throw new OAuthError('invalid_token', 'The access token stands for an application, not a person.')
  const standing = await find(scope, read)
  if (standing === undefined) throw new OAuthError('invalid_token', 'The access token was revoked.')
  return { token: read, standing }
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
