import { firstOf } from '../db/open.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'

type AccessTokenIds = { readonly tokenId: string; readonly grantId: string | undefined; readonly clientId: string }

/**
 * What an access token stands on, the grant that it names or the code that gave it, unless one of them was revoked,
 * or the application is no more that has it.
 */
export async function findGrant({ db, tenantId, now }: Scope, { tokenId, grantId, clientId }: AccessTokenIds) {
  const isKept = sql`not exists (select 1 from revoked_tokens
    where tenant_id = ${tenantId} and token_id = ${tokenId})`
  // It is not always the application of the grant: the token may have been exchanged.
  const isClient = sql`exists (select 1 from applications
    where tenant_id = ${tenantId} and client_id = ${clientId})`
  const standsOn =
    grantId === undefined
      ? sql`from authorization_codes where tenant_id = ${tenantId} and token_id = ${tokenId} and revoked_at is null`
      : sql`from grants where tenant_id = ${tenantId} and id = ${grantId} and revoked_at is null
          and expires_at > ${now}`
  return firstOf<{ userId: string; applicationId: string }>(
    db,
    sql`select user_id "userId", application_id "applicationId" ${standsOn} and ${isKept} and ${isClient}`,
  )
}
