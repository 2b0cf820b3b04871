import { runBatch } from '../../db/open.ts'
import { revokedTokens } from '../../db/schema.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { AccessToken } from '../access-tokens.ts'

/** Ends one access token; it is remembered for as long as it would have lived. */
export async function revokeAccessToken(
  { db, tenantId }: Scope,
  { tokenId, expiresAt }: Pick<AccessToken, 'tokenId' | 'expiresAt'>,
): Promise<void> {
  await db
    .insert(revokedTokens)
    .values({ tenantId, tokenId, expiresAt: new Date(expiresAt * 1000) })
    .onConflictDoNothing()
}

/** Ends the family of a refresh token of this application, used or not, and the access tokens that it gave. */
export async function revokeFamily(
  { db, tenantId, now }: Scope,
  applicationId: string,
  tokenHash: string,
): Promise<void> {
  await runBatch(db, [
    sql`update grants set revoked_at = ${now}
      where tenant_id = ${tenantId} and application_id = ${applicationId} and revoked_at is null
        and id = (select grant_id from refresh_tokens where tenant_id = ${tenantId} and token_hash = ${tokenHash})`,
  ])
}
