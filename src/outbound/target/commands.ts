import { insertAlert, isPaused } from '../../connections/alerts/commands.ts'
import { resumeStatements } from '../../connections/connectors/commands.ts'
import { getConnector } from '../../connections/queries.ts'
import { rowsOf, runBatch, type Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import type { DeliveryRow } from '../queries.ts'
import { toDate } from './queries.ts'

/** The one delivery that is sent to see whether a target answers again. */
export type Probe = {
  /** Until then nobody else sends anything. */
  readonly until: Date
  readonly lastFailure: Date | undefined
}

/** Nothing is sent to the target before `until`, by any process. A wait that is longer already stays. */
export function holdTarget({ tenantId, now }: Scope, connectorId: string, until: Date): Statement {
  return sql`insert into targets (tenant_id, connector_id, wait_until, last_failure)
    values (${tenantId}, ${connectorId}, ${until}, ${now})
    on conflict do update set last_failure = excluded.last_failure,
      wait_until = max(coalesce(wait_until, 0), excluded.wait_until)`
}

/** A probe that failed gives back the wait that it took, and has the target left alone until `until`. */
export function holdProbed({ tenantId, now }: Scope, connectorId: string, probe: Probe, until: Date): Statement {
  return sql`update targets set last_failure = ${now},
      wait_until = case wait_until when ${probe.until} then ${until} else max(coalesce(wait_until, 0), ${until}) end
    where tenant_id = ${tenantId} and connector_id = ${connectorId}`
}

/** The probe came to nothing either way: the next delivery is the probe. */
export function returnProbe({ tenantId, now }: Scope, connectorId: string, probe: Probe): Statement {
  return sql`update targets set wait_until = ${now} where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and wait_until = ${probe.until}`
}

/** The probe was answered: the target gets all that waits. */
export function endWait({ tenantId }: Scope, connectorId: string, probe: Probe): Statement {
  return sql`update targets set wait_until = null where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and wait_until = ${probe.until}`
}

export function recordSuccess({ tenantId, now }: Scope, connectorId: string): Statement {
  return sql`insert into targets (tenant_id, connector_id, last_success) values (${tenantId}, ${connectorId}, ${now})
    on conflict do update set last_success = excluded.last_success`
}

export function recordTrouble({ tenantId, now }: Scope, connectorId: string): Statement {
  return sql`insert into targets (tenant_id, connector_id, last_failure) values (${tenantId}, ${connectorId}, ${now})
    on conflict do update set last_failure = excluded.last_failure`
}

/**
 * Nothing more is sent until somebody changes the connector's settings or resumes it. Not if that has happened while
 * the old credential was being refused: new settings raise the generation of all that waits. The last statement changes
 * one row for the one delivery, of all processes, that paused it; the tenant is told in the same batch.
 */
export function pauseTarget(scope: Scope, row: DeliveryRow, reason: string): Statement[] {
  const { tenantId, now } = scope
  const why = reason.slice(0, 1000)
  const isStill = sql`exists (select 1 from deliveries where tenant_id = ${tenantId} and id = ${row.id}
    and generation = ${row.generation})`
  const isFirst = sql`${isStill} and not ${isPaused(tenantId, row.connectorId)}`
  return [
    insertAlert(scope, 'connector.paused', row.connectorId, { reason: why }, isFirst),
    sql`insert into targets (tenant_id, connector_id, paused_at, pause_reason, last_failure)
      select ${tenantId}, ${row.connectorId}, ${now}, ${why}, ${now} where ${isFirst}
      on conflict do update set last_failure = excluded.last_failure, paused_at = excluded.paused_at,
        pause_reason = excluded.pause_reason`,
  ]
}

/** Of several consumers that want to see whether a target answers again, one may; it has until `until`. */
export async function takeProbe(
  { db, tenantId }: Scope,
  connectorId: string,
  waitedUntil: Date,
  until: Date,
): Promise<Probe | undefined> {
  const [row] = await rowsOf<{ lastFailure: number | null }>(
    db,
    sql`update targets set wait_until = ${until}
      where tenant_id = ${tenantId} and connector_id = ${connectorId} and wait_until = ${waitedUntil}
      returning last_failure as lastFailure`,
  )
  return row && { until, lastFailure: toDate(row.lastFailure) }
}

/** Sends what waits at once, whatever the target asked for or refused. Problem 404. */
export async function resumeTarget(scope: Scope, connectionId: string, connectorId: string): Promise<void> {
  await getConnector(scope, connectionId, connectorId)
  await runBatch(scope.db, resumeStatements(scope, connectorId))
  await scope.platform.wake({ tenantId: scope.tenantId })
}
