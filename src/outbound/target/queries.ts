import { firstOf } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'

/** How the target of a connector fares; of one that was never called nothing is known. */
export type TargetState = {
  readonly waitUntil: Date | undefined
  readonly pausedAt: Date | undefined
  readonly pauseReason: string | undefined
  readonly quarantinedAt: Date | undefined
  readonly quarantineReason: string | undefined
  readonly lastSuccess: Date | undefined
  readonly lastFailure: Date | undefined
}

type Row = {
  readonly waitUntil: number | null
  readonly pausedAt: number | null
  readonly pauseReason: string | null
  readonly quarantinedAt: number | null
  readonly quarantineReason: string | null
  readonly lastSuccess: number | null
  readonly lastFailure: number | null
}

export async function readTargetState({ db, tenantId }: Scope, connectorId: string): Promise<TargetState> {
  const row = await firstOf<Row>(
    db,
    sql`select wait_until as waitUntil, paused_at as pausedAt, pause_reason as pauseReason,
        quarantined_at as quarantinedAt, quarantine_reason as quarantineReason,
        last_success as lastSuccess, last_failure as lastFailure
      from targets where tenant_id = ${tenantId} and connector_id = ${connectorId}`,
  )
  return {
    waitUntil: toDate(row?.waitUntil),
    pausedAt: toDate(row?.pausedAt),
    pauseReason: row?.pauseReason ?? undefined,
    quarantinedAt: toDate(row?.quarantinedAt),
    quarantineReason: row?.quarantineReason ?? undefined,
    lastSuccess: toDate(row?.lastSuccess),
    lastFailure: toDate(row?.lastFailure),
  }
}

export function toDate(ms: number | null | undefined): Date | undefined {
  return typeof ms === 'number' ? new Date(ms) : undefined
}
