import { hashToken } from '../../core/crypto.ts'
import { firstOf } from '../../db/open.ts'
import type { RequestedClaims } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** So long a client that lost the answer may ask again with the same token. */
const GRACE_MS = 10_000

export type RefreshToken = {
  readonly grantId: string
  readonly applicationId: string
  readonly userId: string
  /** Of the session in which it was granted. */
  readonly sid: string | null
  /** What has to be shown with it (confirmation.ts). */
  readonly boundTo: string | null
  readonly scope: string
  /** What was asked for claim by claim, and whom its access tokens are for. */
  readonly claims: RequestedClaims | null
  readonly resources: readonly string[] | null
  readonly authenticatedAt: Date
  /** RFC 8176; null of a grant that nothing is known of. */
  readonly amr: readonly string[] | null
  readonly created: Date
  /** Of the token and of its grant: the earlier of both. */
  readonly expiresAt: Date
  readonly usedAt: Date | null
  /** It would be good, were it not used: its grant was not revoked, nothing has expired, and the person is active. */
  readonly isAlive: boolean
}

type Row = Record<'grantId' | 'applicationId' | 'userId' | 'scope', string> &
  Record<'authenticatedAt' | 'created' | 'tokenExpiresAt' | 'grantExpiresAt' | 'isActive', number> &
  Record<'usedAt' | 'revokedAt', number | null> &
  Record<'sid' | 'boundTo' | 'claims' | 'resources' | 'amr', string | null>

export async function findRefreshToken(
  { db, tenantId, now }: Scope,
  tokenHash: string,
): Promise<RefreshToken | undefined> {
  const row = await firstOf<Row>(
    db,
    sql`select t.grant_id "grantId", t.created, t.expires_at "tokenExpiresAt", t.used_at "usedAt",
        g.application_id "applicationId", g.user_id "userId", g.sid, g.dpop_jkt "boundTo", g.scope, g.claims,
        g.resources, g.authenticated_at "authenticatedAt", g.amr,
        g.expires_at "grantExpiresAt", g.revoked_at "revokedAt",
        exists (select 1 from users u where u.tenant_id = ${tenantId} and u.id = g.user_id and u.active = 1) "isActive"
      from refresh_tokens t join grants g on g.tenant_id = ${tenantId} and g.id = t.grant_id
      where t.tenant_id = ${tenantId} and t.token_hash = ${tokenHash}`,
  )
  if (!row) return undefined
  const expiresAt = Math.min(row.tokenExpiresAt, row.grantExpiresAt)
  return {
    grantId: row.grantId,
    applicationId: row.applicationId,
    userId: row.userId,
    sid: row.sid,
    boundTo: row.boundTo,
    scope: row.scope,
    claims: row.claims === null ? null : (JSON.parse(row.claims) as RequestedClaims),
    resources: row.resources === null ? null : (JSON.parse(row.resources) as string[]),
    authenticatedAt: new Date(row.authenticatedAt),
    amr: row.amr === null ? null : (JSON.parse(row.amr) as string[]),
    created: new Date(row.created),
    expiresAt: new Date(expiresAt),
    usedAt: row.usedAt === null ? null : new Date(row.usedAt),
    isAlive: row.revokedAt === null && row.isActive === 1 && expiresAt > now.getTime(),
  }
}

/**
 * Whether a token that was used a moment ago gave this successor, which nobody has used: then its client has lost the
 * answer, or asked twice at once, and is given the same. Not of a grant that has ended since the token was read.
 */
export async function isGivenAgain(
  { db, tenantId, now }: Scope,
  tokenHash: string,
  successor: string,
): Promise<boolean> {
  const successorHash = hashToken(successor)
  const row = await firstOf(
    db,
    sql`select 1 from refresh_tokens t join refresh_tokens s on s.tenant_id = ${tenantId} and s.token_hash = ${successorHash}
      join grants g on g.tenant_id = ${tenantId} and g.id = t.grant_id and g.revoked_at is null and g.expires_at > ${now}
      where t.tenant_id = ${tenantId} and t.token_hash = ${tokenHash} and t.successor_hash = ${successorHash}
        and t.used_at > ${new Date(now.getTime() - GRACE_MS)} and s.used_at is null and s.expires_at > ${now}`,
  )
  return row !== undefined
}
