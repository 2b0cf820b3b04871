import { rowsOf } from '../../db/open.ts'
import { asText, rowOf } from '../../db/rows.ts'
import { applications } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { IS_LAST } from './commands.ts'

/** The applications of these sessions that want to hear in the browser that they end, and of which session. */
export async function listFrontChannels(
  { db, tenantId }: Scope,
  whose: Sql,
): Promise<{ readonly application: typeof applications.$inferSelect; readonly sid: string }[]> {
  const rows = await rowsOf<{ text: string; sid: string }>(
    db,
    sql`select ${asText(applications, 'a')} text, l.sid
      from sessions s
      cross join session_applications l on l.tenant_id = s.tenant_id and l.sid = s.sid
      cross join applications a on a.tenant_id = l.tenant_id and a.id = l.application_id
        and json_extract(a.client_metadata, '$.frontchannelLogoutUri') is not null
      where s.tenant_id = ${tenantId} and ${whose} and ${IS_LAST}`,
  )
  return rows.map(({ text, sid }) => ({ application: rowOf(applications, text), sid }))
}
