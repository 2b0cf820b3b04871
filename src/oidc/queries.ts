import { firstOf } from '../db/open.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

type AccessTokenIds = { readonly tokenId: string; readonly grantId: string | undefined }

/** What an access token stands on, the grant that it names or the code that gave it, unless one of them was revoked. */
export async function findGrant({ db, tenantId, now }: Scope, { tokenId, grantId }: AccessTokenIds) {
  return firstOf<{ userId: string; applicationId: string }>(
    db,
    grantId === undefined
      ? { sql: OF_CODE, args: [tenantId, tokenId] }
      : { sql: OF_GRANT, args: [tenantId, tokenId, grantId, now.getTime()] },
  )
}

/** Whoever asks with a token pays for these: their texts are made once. ?1 is the tenant and ?2 the token. */
const IS_KEPT = sql`not exists (select 1 from revoked_tokens where tenant_id = ?1 and token_id = ?2)`
const OF_CODE = sql`select user_id "userId", application_id "applicationId" from authorization_codes
  where tenant_id = ?1 and token_id = ?2 and revoked_at is null and ${IS_KEPT}`.sql
const OF_GRANT = sql`select user_id "userId", application_id "applicationId" from grants
  where tenant_id = ?1 and id = ?3 and revoked_at is null and expires_at > ?4 and ${IS_KEPT}`.sql
