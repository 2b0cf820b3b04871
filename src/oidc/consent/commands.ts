import { runBatch, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { PendingRequest } from '../../login/queries.ts'
import type { Scope } from '../../platform.ts'

/**
 * Notes on the request who said yes, and remembers it beside what she let the application before. Nothing happens if the
 * request has ended meanwhile: the page may have stood open for long.
 */
export async function giveConsent(
  scope: Scope,
  pending: PendingRequest,
  userId: string,
  scopes: readonly string[],
): Promise<void> {
  const { db, tenantId, now } = scope
  await runBatch(db, [
    rememberConsent(scope, pending.id, userId, scopes),
    sql`update authorization_requests set consented_by = ${userId}
      where tenant_id = ${tenantId} and id = ${pending.id} and expires_at > ${now}`,
  ])
}

/** Adds to what a person has let the application of a stored request, if that has not ended. */
export function rememberConsent(
  { tenantId, now }: Scope,
  requestId: string,
  userId: string,
  scopes: readonly string[],
): Statement {
  const added = JSON.stringify(scopes)
  return sql`insert into consents (tenant_id, user_id, application_id, scopes, granted_at)
    select tenant_id, ${userId}, application_id, ${added}, ${now} from authorization_requests
    where tenant_id = ${tenantId} and id = ${requestId} and expires_at > ${now}
    on conflict (tenant_id, user_id, application_id) do update set granted_at = excluded.granted_at,
      scopes = (select json_group_array(value) from
        (select value from json_each(consents.scopes) union select value from json_each(excluded.scopes)))`
}
