import { newId } from '../core/ids.ts'
import { runBatch } from '../db/open.ts'
import { sql } from '../db/sql.ts'
import type { Scope } from '../platform.ts'
import { type MailOrder, mailOrder } from './orders.ts'

/** More that strangers asked for do not wait at once: a flood of them must not fill the disk. */
const MOST_WAITING = 1000

/** Has something mailed: it is kept, sealed, until it was sent. Anybody may ask for what is not `isOwn`. */
export async function queueMail(scope: Scope, order: MailOrder, { isOwn }: { readonly isOwn: boolean }): Promise<void> {
  const { db, platform, tenantId, now } = scope
  const id = newId()
  const sealed = await platform.sealer.seal(JSON.stringify(order), place(tenantId, id))
  const [queued] = await runBatch(db, [
    sql`insert into mail_deliveries (tenant_id, id, sealed, attempts, next_attempt_at, created)
      select ${tenantId}, ${id}, ${sealed}, 0, ${now}, ${now}
      where ${isOwn} or (select count(*) from (select 1 from mail_deliveries
        where tenant_id = ${tenantId} limit ${MOST_WAITING})) < ${MOST_WAITING}`,
  ])
  if (queued?.rowsAffected === 0) return platform.log.warn('mail not queued: too many wait', { tenantId })
  await platform.wake({ tenantId })
}

/** What a row of mail_deliveries asks for. */
export async function openOrder(
  { platform }: Pick<Scope, 'platform'>,
  row: { readonly tenantId: string; readonly id: string; readonly sealed: string },
): Promise<MailOrder> {
  return mailOrder.parse(JSON.parse(await platform.sealer.open(row.sealed, place(row.tenantId, row.id))))
}

function place(tenantId: string, id: string) {
  return { tenantId, table: 'mail_deliveries', row: id }
}
