import type { Statement } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** Which sessions `s` are meant. */
export const sessionsOf = (userId: string): Sql => sql`s.user_id = ${userId}`
/** Those that a connection vouched for, lately or before. */
export const sessionsBy = (connectionId: string): Sql =>
  sql`(s.method = ${connectionId} or instr(s.methods, ${JSON.stringify(connectionId)}) > 0)`

/** Behind `from`: of these sessions `s` the applications `a` that gave an address to hear at that they end, by `l`. */
export function listeners(
  { tenantId }: Pick<Scope, 'tenantId'>,
  whose: Sql,
  address: 'backchannelLogoutUri' | 'frontchannelLogoutUri',
): Sql {
  return sql`sessions s
    cross join session_applications l on l.tenant_id = s.tenant_id and l.sid = s.sid
    cross join applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
      and json_extract(a.client_metadata, ${`$.${address}`}) is not null
    where s.tenant_id = ${tenantId} and ${whose} and ${IS_LAST}`
}

/**
 * Queues a logout token for each application of these sessions that wants one (OpenID Connect Back-Channel Logout 1.0).
 * It stands before deleteSessions in the batch that ends them, so that no application is forgotten.
 */
export function queueLogouts({ tenantId, now }: Scope, whose: Sql): Statement {
  return sql`insert into logout_deliveries
      (tenant_id, id, application_id, user_id, sid, attempts, next_attempt_at, created)
    select l.tenant_id, lower(hex(randomblob(16))), l.application_id, l.user_id, l.sid, 0, ${now}, ${now}
    from ${listeners({ tenantId }, whose, 'backchannelLogoutUri')}`
}

/**
 * The same for all sessions of a person, also those that ran out here lately and may go on there. Of those an application
 * is told at once, by her sub alone (section 2.4), unless it has to have the sid.
 */
export function queueAllLogouts({ tenantId, now }: Scope, userId: string): Statement {
  return sql`insert into logout_deliveries
      (tenant_id, id, application_id, user_id, sid, attempts, next_attempt_at, created)
    select l.tenant_id, lower(hex(randomblob(16))), l.application_id, l.user_id,
      iif(s.expires_at > ${now} or json_extract(a.client_metadata, '$.backchannelLogoutSessionRequired') = 1, l.sid, '')
        as told, 0, ${now}, ${now}
    from ${listeners({ tenantId }, sessionsOf(userId), 'backchannelLogoutUri')}
    group by l.application_id, told`
}

/** Takes these sessions away. Whoever runs it wakes the outbound consumer if any application was queued. */
export function deleteSessions({ tenantId }: Scope, whose: Sql): Statement[] {
  return [
    sql`delete from session_applications where tenant_id = ${tenantId} and sid in (
      select s.sid from sessions s where s.tenant_id = ${tenantId} and ${whose} and ${IS_LAST})`,
    sql`delete from federated_sessions where tenant_id = ${tenantId} and sid in (
      select s.sid from sessions s where s.tenant_id = ${tenantId} and ${whose} and ${IS_LAST})`,
    sql`delete from sessions as s where s.tenant_id = ${tenantId} and ${whose}`,
  ]
}

/** A person who signs in again in the same browser gets a new id for the same session: that one goes on. */
export const IS_LAST = sql`not exists (select 1 from sessions o
  where o.tenant_id = s.tenant_id and o.sid = s.sid and o.id_hash <> s.id_hash)`
