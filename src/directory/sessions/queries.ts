import { rowsOf } from '../../db/open.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { IS_LAST } from './commands.ts'

/** Where the applications of these sessions want to hear in the browser that they end, and the sid of each. */
export async function listFrontChannels(
  { db, tenantId }: Scope,
  whose: Sql,
): Promise<{ readonly uri: string; readonly sid: string }[]> {
  return rowsOf(
    db,
    sql`select json_extract(a.client_metadata, '$.frontchannelLogoutUri') uri, l.sid
      from sessions s
      cross join session_applications l on l.tenant_id = s.tenant_id and l.sid = s.sid
      cross join applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
        and json_extract(a.client_metadata, '$.frontchannelLogoutUri') is not null
      where s.tenant_id = ${tenantId} and ${whose} and ${IS_LAST}`,
  )
}
