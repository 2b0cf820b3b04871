import { rowsOf } from '../../db/open.ts'
import { asText, rowOf } from '../../db/rows.ts'
import { applications } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { listeners } from './commands.ts'

/** The applications of these sessions that want to hear in the browser that they end, and of which session. */
export async function listFrontChannels(
  { db, tenantId }: Scope,
  whose: Sql,
): Promise<{ readonly application: typeof applications.$inferSelect; readonly sid: string }[]> {
  const rows = await rowsOf<{ text: string; sid: string }>(
    db,
    sql`select ${asText(applications, 'a')} text, l.sid
      from ${listeners({ tenantId }, whose, 'frontchannelLogoutUri')}`,
  )
  return rows.map(({ text, sid }) => ({ application: rowOf(applications, text), sid }))
}
