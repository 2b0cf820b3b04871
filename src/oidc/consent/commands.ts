import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { PendingRequest } from '../../login/queries.ts'
import type { Scope } from '../../platform.ts'

/**
 * Notes on the request who said yes, and remembers it beside what she let the application before. Nothing happens if the
 * request has ended meanwhile: the page may have stood open for long.
 */
export async function giveConsent(
  { db, tenantId, now }: Scope,
  pending: PendingRequest,
  userId: string,
  scopes: readonly string[],
): Promise<void> {
  const added = JSON.stringify(scopes)
  await runBatch(db, [
    sql`insert into consents (tenant_id, user_id, application_id, scopes, granted_at)
      select tenant_id, ${userId}, application_id, ${added}, ${now} from authorization_requests
      where tenant_id = ${tenantId} and id = ${pending.id} and expires_at > ${now}
      on conflict (tenant_id, user_id, application_id) do update set granted_at = excluded.granted_at,
        scopes = (select json_group_array(value) from
          (select value from json_each(consents.scopes) union select value from json_each(excluded.scopes)))`,
    sql`update authorization_requests set consented_by = ${userId}
      where tenant_id = ${tenantId} and id = ${pending.id} and expires_at > ${now}`,
  ])
}
