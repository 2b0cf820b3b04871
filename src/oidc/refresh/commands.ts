import { hashToken, randomToken } from '../../core/crypto.ts'
import { runBatch, type Statement } from '../../db/open.ts'
import type { ClientMetadata } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

const DAY_SECONDS = 86_400
const IDLE_SECONDS = 30 * DAY_SECONDS
const GRANT_SECONDS = 180 * DAY_SECONDS

type Client = { readonly id: string; readonly clientMetadata: ClientMetadata }

/**
 * Keeps what a redeemed code granted, and gives the first refresh token of its family. Undefined, and nothing is kept,
 * if the code was replayed or revoked meanwhile. `tokenId` is the code's.
 */
export async function beginGrant(
  scope: Scope,
  client: Client,
  code: { readonly tokenId: string; readonly scope: string; readonly boundTo: string | null },
): Promise<string | undefined> {
  const { db, tenantId, now } = scope
  const token = randomToken()
  const expiresAt = grantExpiry(scope, client)
  const [kept] = await runBatch(db, [
    sql`insert into grants (tenant_id, id, application_id, user_id, sid, dpop_jkt, scope, claims, resources,
        authenticated_at, amr, created, expires_at)
      select tenant_id, token_id, application_id, user_id, sid, ${code.boundTo}, ${code.scope}, claims, resources,
        authenticated_at, amr, ${now}, ${expiresAt}
      from authorization_codes
      where tenant_id = ${tenantId} and token_id = ${code.tokenId} and revoked_at is null`,
    insertFirst(scope, client, code.tokenId, token),
  ])
  return kept?.rowsAffected === 1 ? token : undefined
}

/** Behind the statement that keeps a grant: its first refresh token, if there is a grant. */
export function insertFirst(scope: Scope, client: Client, grantId: string, token: string): Statement {
  const { tenantId, now } = scope
  return sql`insert into refresh_tokens (tenant_id, token_hash, grant_id, created, expires_at)
    select ${tenantId}, ${hashToken(token)}, ${grantId}, ${now}, ${idleExpiry(scope, client)} where changes() = 1`
}

/** Until when refresh tokens go on, at the most. */
export function grantExpiry({ now }: Scope, { clientMetadata }: Client): Date {
  return later(now, clientMetadata.refreshTokenSeconds ?? GRANT_SECONDS)
}

/**
 * The token that follows on this one: the same whoever asks, and how often, so that a lost answer can be given again and
 * nothing but hashes is kept. Without MASTER_KEY nobody comes from one to the next.
 */
export function successorOf({ platform, tenantId }: Scope, token: string): Promise<string> {
  return platform.sealer.sign('refresh token', `${tenantId} ${token}`)
}

/** Uses a refresh token up for its successor: of two that come at once, one gets true. */
export async function rotate(scope: Scope, client: Client, tokenHash: string, successor: string): Promise<boolean> {
  const { db, tenantId, now } = scope
  const successorHash = hashToken(successor)
  const [used] = await runBatch(db, [
    sql`update refresh_tokens set used_at = ${now}, successor_hash = ${successorHash}
      where tenant_id = ${tenantId} and token_hash = ${tokenHash} and used_at is null and expires_at > ${now}
        and ${isGrantAlive(scope, client)}`,
    insertSuccessor(scope, client, tokenHash, successorHash),
  ])
  return used?.rowsAffected === 1
}

/** Uses a refresh token that stays: true while it is good. One that has a successor never is. */
export async function prolong(scope: Scope, client: Client, tokenHash: string): Promise<boolean> {
  const { db, tenantId, now } = scope
  const [used] = await runBatch(db, [
    sql`update refresh_tokens set expires_at = ${idleExpiry(scope, client)}
      where tenant_id = ${tenantId} and token_hash = ${tokenHash} and used_at is null and expires_at > ${now}
        and ${isGrantAlive(scope, client)}`,
  ])
  return used?.rowsAffected === 1
}

/** Ends a family, and the access tokens that it gave (RFC 9700 section 4.14.2). */
export async function revokeGrant({ db, tenantId, now }: Scope, grantId: string): Promise<void> {
  await runBatch(db, [
    sql`update grants set revoked_at = ${now} where tenant_id = ${tenantId} and id = ${grantId} and revoked_at is null`,
  ])
}

/** Behind the statement that used a token up: if that changed nothing, there is no successor. */
function insertSuccessor(scope: Scope, client: Client, tokenHash: string, successor: string) {
  const { tenantId, now } = scope
  return sql`insert into refresh_tokens (tenant_id, token_hash, grant_id, created, expires_at)
    select tenant_id, ${successor}, grant_id, ${now}, ${idleExpiry(scope, client)} from refresh_tokens
    where tenant_id = ${tenantId} and token_hash = ${tokenHash} and changes() = 1`
}

function isGrantAlive({ tenantId, now }: Scope, { id }: Client) {
  return sql`exists (select 1 from grants where grants.tenant_id = ${tenantId} and grants.id = refresh_tokens.grant_id
    and grants.application_id = ${id} and grants.revoked_at is null and grants.expires_at > ${now})`
}

function idleExpiry({ now }: Scope, { clientMetadata }: Client): Date {
  return later(now, clientMetadata.refreshTokenIdleSeconds ?? IDLE_SECONDS)
}

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}
