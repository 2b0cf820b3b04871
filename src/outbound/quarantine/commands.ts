import { insertAlert } from '../../connections/alerts/commands.ts'
import type { Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import {
  nextQuarantineProbe,
  QUARANTINE_WINDOW_MS,
  REFUSED_PERCENT,
  REFUSED_REFERENCES,
  REFUSED_RESOURCES,
} from './rules.ts'

/** What a target refused: a resource, or no more than the members of a group that it has. */
export type Refused = 'resource' | 'reference'

/**
 * Counts what a target refused, and puts the connector into quarantine if that is most of what it was sent. What arrived
 * is counted from the log, and not with every refusal. A probe that arrives ends it, or somebody (resumeStatements). The
 * tenant is told in the same batch, if it wants to be.
 */
export function countRefusal(
  scope: Scope,
  connectorId: string,
  refused: Refused,
  reason: string,
  random: number,
): Statement[] {
  const { tenantId, now } = scope
  const from = now.getTime() - QUARANTINE_WINDOW_MS
  const isOld = sql`coalesce(recent_since, 0) <= ${from}`
  const [resource, reference] = refused === 'resource' ? [1, 0] : [0, 1]
  const total = refused === 'resource' ? sql`recent_failed` : sql`recent_failed + recent_references`
  const least = refused === 'resource' ? REFUSED_RESOURCES : REFUSED_REFERENCES
  const arrived = sql`(select count(*) from deliveries d where d.tenant_id = ${tenantId} and d.open = 0
    and d.last_modified > ${from} and d.state = 'delivered' and +d.connector_id = ${connectorId})`
  const why = reason.slice(0, 1000)
  const isMost = sql`connector_id = ${connectorId} and quarantined_at is null
    and (${total}) >= ${least} and (${total}) % ${least} = 0
    and (${total}) * 100 > ((${total}) + ${arrived}) * ${REFUSED_PERCENT}`
  return [
    sql`insert into targets (tenant_id, connector_id, recent_since, recent_failed, recent_references)
      values (${tenantId}, ${connectorId}, ${now}, ${resource}, ${reference})
      on conflict do update set
        recent_failed = case when ${isOld} then 0 else recent_failed end + excluded.recent_failed,
        recent_references = case when ${isOld} then 0 else recent_references end + excluded.recent_references,
        recent_since = case when ${isOld} then excluded.recent_since else recent_since end`,
    insertAlert(
      scope,
      'connector.quarantined',
      connectorId,
      { reason: why },
      sql`exists (select 1 from targets where tenant_id = ${tenantId} and ${isMost})`,
    ),
    sql`update targets set quarantined_at = ${now}, quarantine_reason = ${why},
        wait_until = max(coalesce(wait_until, 0), ${nextQuarantineProbe(now, now, random)})
      where tenant_id = ${tenantId} and ${isMost}`,
  ]
}

/** A probe arrived: all that waits goes out, and refusals are counted from the beginning. */
export function endQuarantine(scope: Scope, connectorId: string): Statement[] {
  const { tenantId } = scope
  const isIn = sql`connector_id = ${connectorId} and quarantined_at is not null`
  return [
    insertAlert(
      scope,
      'connector.resumed',
      connectorId,
      {},
      sql`exists (select 1 from targets where tenant_id = ${tenantId} and ${isIn})`,
    ),
    sql`update targets set quarantined_at = null, quarantine_reason = null, recent_since = null, recent_failed = 0,
        recent_references = 0
      where tenant_id = ${tenantId} and ${isIn}`,
  ]
}
