import { firstOf } from '../db/open.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

type AccessTokenIds = { readonly tokenId: string; readonly grantId: string | undefined }

/** What an access token stands on, the grant that it names or the code that gave it, unless one of them was revoked. */
export async function findGrant({ db, tenantId, now }: Scope, { tokenId, grantId }: AccessTokenIds) {
  const isKept = sql`not exists (select 1 from revoked_tokens
    where tenant_id = ${tenantId} and token_id = ${tokenId})`
  const standsOn =
    grantId === undefined
      ? sql`from authorization_codes where tenant_id = ${tenantId} and token_id = ${tokenId} and revoked_at is null`
      : sql`from grants where tenant_id = ${tenantId} and id = ${grantId} and revoked_at is null
          and expires_at > ${now}`
  return firstOf<{ userId: string; applicationId: string }>(
    db,
    sql`select user_id "userId", application_id "applicationId" ${standsOn} and ${isKept}`,
  )
}
