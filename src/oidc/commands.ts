import { hashToken, randomToken } from '../core/crypto.ts'
import { newId } from '../core/ids.ts'
import { runBatch } from '../db/open.ts'
import { asText, insertRow, rowOf } from '../db/rows.ts'
import { authorizationCodes, authorizationRequests, type AuthorizationParameters } from '../db/schema.ts'
import { sql } from '../db/sql.ts'
import type { PendingRequest } from '../session/pending/queries.ts'
import type { Scope } from '../platform.ts'
import { isSessionOf, rememberApplication } from '../session/commands.ts'
import type { Session } from '../session/queries.ts'
import { isConsentOf } from './consent/commands.ts'

export const REQUEST_SECONDS = 30 * 60
/** RFC 6749 section 4.1.2 wants ten minutes at the most. */
const CODE_SECONDS = 60
export const ACCESS_TOKEN_SECONDS = 3600

export type CodeRow = typeof authorizationCodes.$inferSelect

/** Keeps a request while its person signs in; only this browser can go on with it. */
export async function storeRequest(
  { db, tenantId, now }: Scope,
  request: {
    readonly applicationId: string
    readonly parameters: AuthorizationParameters
    readonly browserHash: string
  },
): Promise<string> {
  const id = randomToken()
  const expiresAt = new Date(now.getTime() + REQUEST_SECONDS * 1000)
  await db.insert(authorizationRequests).values({ tenantId, id, ...request, created: now, expiresAt })
  return id
}

/**
 * Ends a stored request: of two that go on with it at once, one gets true. Of a pushed one that is the end of whatever
 * else its request_uri has begun, and of the request_uri (RFC 9126 section 7.3).
 */
export async function takeRequest(
  { db, tenantId }: Scope,
  { id, pushedHash }: Pick<PendingRequest, 'id' | 'pushedHash'>,
): Promise<boolean> {
  const others =
    pushedHash === null
      ? []
      : [
          sql`delete from pushed_requests where tenant_id = ${tenantId} and id_hash = ${pushedHash} and exists
            (select 1 from authorization_requests where tenant_id = ${tenantId} and id = ${id})`,
          sql`delete from authorization_requests where tenant_id = ${tenantId} and pushed_hash = ${pushedHash}
            and id <> ${id} and exists
            (select 1 from authorization_requests own where own.tenant_id = ${tenantId} and own.id = ${id})`,
        ]
  const results = await runBatch(db, [
    ...others,
    sql`delete from authorization_requests where tenant_id = ${tenantId} and id = ${id}`,
  ])
  return results.at(-1)?.rowsAffected === 1
}

/**
 * Makes the code that a request comes to; only its hash is kept. Undefined if the session has ended, or the consent was
 * taken back, meanwhile.
 */
export async function issueCode(
  scope: Scope,
  request: Pick<PendingRequest, 'application' | 'parameters'>,
  session: Session,
): Promise<string | undefined> {
  const { db, tenantId, now } = scope
  const code = randomToken()
  const { parameters } = request
  const expiresAt = new Date(now.getTime() + CODE_SECONDS * 1000)
  const row = {
    tenantId,
    codeHash: hashToken(code),
    applicationId: request.application.id,
    userId: session.userId,
    redirectUri: parameters.redirectUri,
    codeChallenge: parameters.codeChallenge ?? null,
    nonce: parameters.nonce ?? null,
    scope: parameters.scope,
    claims: parameters.claims ?? null,
    resources: parameters.resources ?? null,
    authenticatedAt: session.authenticatedAt,
    amr: [...session.amr],
    sid: session.sid,
    dpopJkt: parameters.dpopJkt ?? null,
    tokenId: newId(),
    expiresAt,
    forgetAt: new Date(expiresAt.getTime() + ACCESS_TOKEN_SECONDS * 1000),
  }
  const isHers = isSessionOf(scope, session)
  const isLet = request.application.clientMetadata.firstParty === false ? isConsentOf(scope, row) : sql`1`
  const [made] = await runBatch(db, [
    insertRow(authorizationCodes, row, sql`${isHers} and ${isLet}`),
    rememberApplication(scope, session.sid, request.application.id),
  ])
  return made?.rowsAffected === 1 ? code : undefined
}

/** Of two requests that redeem one code, one gets it; the other gets nothing (RFC 6749 section 4.1.2). */
export async function redeemCode(
  { db, tenantId, now }: Scope,
  codeHash: string,
  applicationId: string,
  accessTokenSeconds: number,
): Promise<CodeRow | undefined> {
  const forgetAt = now.getTime() + accessTokenSeconds * 1000
  const args = [tenantId, codeHash, applicationId, now.getTime(), forgetAt]
  // A batch of one: those that come at once are committed together (db/embedded.ts).
  const [redeemed] = await runBatch(db, [{ sql: REDEEM, args }])
  const row = redeemed?.rows[0]
  return row && rowOf(authorizationCodes, row.text)
}

/** One that was revoked meanwhile, by a new password or a deactivation, has its person begin again. */
const REDEEM = sql`update authorization_codes set redeemed_at = ?4, forget_at = ?5
  where tenant_id = ?1 and code_hash = ?2 and application_id = ?3
    and expires_at > ?4 and redeemed_at is null and revoked_at is null
  returning ${asText(authorizationCodes, 'authorization_codes')} as text`.sql

/**
 * A code that comes a second time was stolen by one of the two: what it gave is worth nothing (RFC 6749 4.1.2). One that
 * was not redeemed yet stays as it is: another client's try must not spoil it.
 */
export async function revokeReplayed({ db, tenantId, now }: Scope, codeHash: string): Promise<boolean> {
  const [revoked] = await runBatch(db, [
    sql`update authorization_codes set revoked_at = ${now}
      where tenant_id = ${tenantId} and code_hash = ${codeHash} and redeemed_at is not null`,
    sql`update grants set revoked_at = ${now} where tenant_id = ${tenantId} and revoked_at is null
      and id = (select token_id from authorization_codes
        where tenant_id = ${tenantId} and code_hash = ${codeHash} and redeemed_at is not null)`,
  ])
  return revoked?.rowsAffected === 1
}
