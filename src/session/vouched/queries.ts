import { rowsOf } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import { IS_LAST } from '../../directory/sessions/commands.ts'
import type { Scope } from '../../platform.ts'
import type { Vouched } from './commands.ts'

/** What is kept of the providers at which signing out goes on when these sessions end, the latest sign-in first. */
export async function listPassedOn({ db, tenantId }: Scope, whose: Sql): Promise<Vouched[]> {
  return rowsOf<Vouched>(
    db,
    sql`select f.connection_id "connectionId", f.issuer, f.subject, f.upstream_sid "upstreamSid",
        f.sealed_id_token "sealedIdToken"
      from sessions s
      cross join federated_sessions f on f.tenant_id = s.tenant_id and f.sid = s.sid
      cross join connections c on c.tenant_id = f.tenant_id and c.id = f.connection_id
        and json_extract(c.authenticator, '$.passSignOut') = 1
      where s.tenant_id = ${tenantId} and ${whose} and ${IS_LAST}
      order by f.created desc`,
  )
}
