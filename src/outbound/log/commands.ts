import { type Db, runBatch } from '../../db/open.ts'
import { type Sql, sql, verbatim } from '../../db/sql.ts'
import { forgetPasswords } from '../../directory/outbox.ts'
import type { Scope } from '../../platform.ts'
import { DEFAULT_LOG_SETTINGS, type LogSettings } from './settings.ts'

const DAY_MS = 86_400_000
/** What goes at once, so that nobody waits long meanwhile; and how often, at the most: what is left then goes next time. */
const BATCH = 1000
const BATCHES = 50

export async function setLogSettings({ db, tenantId }: Scope, { keepDays }: LogSettings): Promise<void> {
  await runBatch(db, [
    sql`insert into log_settings (tenant_id, keep_days) values (${tenantId}, ${keepDays})
      on conflict (tenant_id) do update set keep_days = excluded.keep_days`,
  ])
}

/** Removes what ended before the time that this tenant keeps its log, the oldest first, with its attempts. */
export async function removeEndedDeliveries(db: Db, tenantId: string, now: Date): Promise<void> {
  const old = sql`select tenant_id, id from deliveries where tenant_id = ${tenantId} and open = 0
    and last_modified < ${now.getTime()} - ${DAY_MS} * coalesce(
      (select keep_days from log_settings where tenant_id = ${tenantId}), ${DEFAULT_LOG_SETTINGS.keepDays})
    order by last_modified limit ${BATCH}`
  await removeInBatches(db, old)
}

/**
 * The same for the dead ones, which are open until their resource changes or somebody tries again. Of all tenants at
 * once, as they are found: they alone have no next attempt. Their resources go out with the next change of theirs.
 */
export async function removeDeadDeliveries(db: Db, now: Date): Promise<void> {
  const old = sql`select d.tenant_id, d.id from deliveries d where d.open = 1 and d.next_attempt_at is null
    and d.state = 'dead' and d.last_modified < ${now.getTime()} - ${DAY_MS} * coalesce(
      (select s.keep_days from log_settings s where s.tenant_id = d.tenant_id), ${DEFAULT_LOG_SETTINGS.keepDays})
    order by d.last_modified limit ${BATCH}`
  await removeInBatches(db, old, forgetPasswords())
}

async function removeInBatches(db: Db, old: Sql, then: Sql = verbatim('select 1')): Promise<void> {
  for (let i = 0; i < BATCHES; i++) {
    const [, removed] = await runBatch(db, [
      sql`delete from delivery_attempts where (tenant_id, delivery_id) in (${old})`,
      sql`delete from deliveries where (tenant_id, id) in (${old})`,
      then,
    ])
    if ((removed?.rowsAffected ?? 0) < BATCH) return
  }
}
