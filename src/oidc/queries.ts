import { firstOf } from '../db/open.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

type AccessTokenIds = { readonly tokenId: string; readonly grantId: string | undefined; readonly clientId: string }

/**
 * What an access token stands on, the grant that it names or the code that gave it, unless one of them was revoked,
 * or the application is no more that has it.
 */
export async function findGrant({ db, tenantId, now }: Scope, { tokenId, grantId, clientId }: AccessTokenIds) {
  return firstOf<{ userId: string; applicationId: string }>(
    db,
    grantId === undefined
      ? { sql: OF_CODE, args: [tenantId, tokenId, clientId] }
      : { sql: OF_GRANT, args: [tenantId, tokenId, clientId, grantId, now.getTime()] },
  )
}

/** Whoever asks with a token pays for these: their texts are made once. ?1 is the tenant, ?2 the token and ?3 its client. */
const IS_KEPT = sql`not exists (select 1 from revoked_tokens where tenant_id = ?1 and token_id = ?2)
  -- It is not always the application of the grant: the token may have been exchanged.
  and exists (select 1 from applications where tenant_id = ?1 and client_id = ?3)`
const OF_CODE = sql`select user_id "userId", application_id "applicationId" from authorization_codes
  where tenant_id = ?1 and token_id = ?2 and revoked_at is null and ${IS_KEPT}`.sql
const OF_GRANT = sql`select user_id "userId", application_id "applicationId" from grants
  where tenant_id = ?1 and id = ?4 and revoked_at is null and expires_at > ?5 and ${IS_KEPT}`.sql
