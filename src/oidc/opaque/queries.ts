import { hashToken } from '../../core/crypto.ts'
import { firstOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** What an opaque access token of this tenant says, be it revoked or not; undefined once it has expired. */
export async function findOpaqueToken(
  { db, tenantId, now }: Scope,
  token: string,
): Promise<Record<string, unknown> | undefined> {
  const row = await firstOf<{ claims: string }>(
    db,
    sql`select claims from opaque_tokens
      where tenant_id = ${tenantId} and token_hash = ${hashToken(token)} and expires_at > ${now}`,
  )
  return row && (JSON.parse(row.claims) as Record<string, unknown>)
}
