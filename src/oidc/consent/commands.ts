import { runBatch, type Statement } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { PendingRequest } from '../../session/pending/queries.ts'
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

/**
 * Takes back what a person let an application know and do: the application asks again, and what it was given for her
 * (codes, refresh tokens and the access tokens that came of them) is worth nothing any more. False if there was nothing.
 */
export async function withdrawConsent(scope: Scope, userId: string, applicationId: string): Promise<boolean> {
  return (await withdraw(scope, userId, sql`application_id = ${applicationId}`)) > 0
}

/** The same for every application that she let do anything. */
export async function withdrawConsents(scope: Scope, userId: string): Promise<void> {
  const { tenantId } = scope
  const theirs = sql`application_id in
    (select c.application_id from consents c where c.tenant_id = ${tenantId} and c.user_id = ${userId})`
  await withdraw(scope, userId, theirs)
}

async function withdraw({ db, tenantId, now }: Scope, userId: string, whose: Sql): Promise<number> {
  const results = await runBatch(db, [
    // A request that waits with her yes asks again.
    sql`update authorization_requests set consented_by = null
      where tenant_id = ${tenantId} and consented_by = ${userId} and ${whose}`,
    sql`update authorization_codes set revoked_at = ${now}
      where tenant_id = ${tenantId} and user_id = ${userId} and revoked_at is null and ${whose}`,
    sql`update grants set revoked_at = ${now}
      where tenant_id = ${tenantId} and user_id = ${userId} and revoked_at is null and ${whose}`,
    sql`delete from device_codes where tenant_id = ${tenantId} and user_id = ${userId} and ${whose}`,
    sql`delete from consents where tenant_id = ${tenantId} and user_id = ${userId} and ${whose}`,
  ])
  return results.at(-1)?.rowsAffected ?? 0
}

/** Guards what is given because of a consent: one that was taken back since it was read gives nothing any more. */
export function isConsentOf(
  { tenantId }: Scope,
  { userId, applicationId }: { readonly userId: string; readonly applicationId: string },
): Sql {
  return sql`exists (select 1 from consents where tenant_id = ${tenantId} and user_id = ${userId}
    and application_id = ${applicationId})`
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
