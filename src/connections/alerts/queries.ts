import { desc, eq } from 'drizzle-orm'
import { Problem } from '../../core/errors.ts'
import { alerts, alertSettings, type SigningSecrets } from '../../db/schema.ts'
import type { Platform, Scope } from '../../platform.ts'

export type AlertSettings = typeof alertSettings.$inferSelect
export type Alert = typeof alerts.$inferSelect

/** Where a tenant hears of trouble; undefined if it does not want to. */
export async function findAlertSettings({
  db,
  tenantId,
}: Pick<Scope, 'db' | 'tenantId'>): Promise<AlertSettings | undefined> {
  const [row] = await db.select().from(alertSettings).where(eq(alertSettings.tenantId, tenantId)).limit(1)
  return row
}

/** Throws Problem 404. */
export async function getAlertSettings(scope: Scope): Promise<AlertSettings> {
  const row = await findAlertSettings(scope)
  if (!row) throw new Problem(404, 'No address is set for alerts.')
  return row
}

export async function openAlertSecrets({ sealer }: Platform, row: AlertSettings): Promise<SigningSecrets> {
  const { tenantId } = row
  const place = { tenantId, table: 'alert_settings', row: tenantId }
  return JSON.parse(await sealer.open(row.sealedSecrets, place)) as SigningSecrets
}

/** The latest alerts, the newest first. */
export async function listAlerts({ db, tenantId }: Scope, limit: number): Promise<Alert[]> {
  return db.select().from(alerts).where(eq(alerts.tenantId, tenantId)).orderBy(desc(alerts.created)).limit(limit)
}
