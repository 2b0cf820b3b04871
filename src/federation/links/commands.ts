import { runBatch } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import { deleteSessions, queueLogouts, sessionsBy } from '../../directory/sessions/commands.ts'
import type { Scope } from '../../platform.ts'

/**
 * Takes away that a user can sign in by a connection, and ends the sessions that it vouched for, but not `keptSid`.
 * False, and nothing is done, if she has no password, no passkey and no other connection: she could not sign in any more.
 */
export async function unlinkIdentity(
  scope: Scope,
  userId: string,
  connectionId: string,
  keptSid: string,
): Promise<boolean> {
  const { db, platform, tenantId } = scope
  // Once the link is gone; if it stays, so do they.
  const theirs = sql`s.user_id = ${userId} and ${sessionsBy(connectionId)} and s.sid <> ${keptSid}
    and not exists (select 1 from federated_identities f
      where f.tenant_id = ${tenantId} and f.user_id = ${userId} and f.connection_id = ${connectionId})`
  const [removed, queued] = await runBatch(db, [
    sql`delete from federated_identities
      where tenant_id = ${tenantId} and user_id = ${userId} and connection_id = ${connectionId}
        and (exists (select 1 from users u
            where u.tenant_id = ${tenantId} and u.id = ${userId} and u.password_hash is not null)
          or exists (select 1 from passkeys p where p.tenant_id = ${tenantId} and p.user_id = ${userId})
          or exists (select 1 from federated_identities o
            join connections c on c.tenant_id = o.tenant_id and c.id = o.connection_id
            where o.tenant_id = ${tenantId} and o.user_id = ${userId} and o.connection_id <> ${connectionId}
              and c.authenticator is not null))`,
    queueLogouts(scope, theirs),
    ...deleteSessions(scope, theirs),
  ])
  if ((queued?.rowsAffected ?? 0) > 0) await platform.wake({ tenantId })
  return (removed?.rowsAffected ?? 0) > 0
}
