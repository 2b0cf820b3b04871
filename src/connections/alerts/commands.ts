/** Where a tenant hears of trouble with its connectors, and the statements that say so in the batch that brings it. */
import { newId } from '../../core/ids.ts'
import { runBatch } from '../../db/open.ts'
import type { AlertType } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { nextSigningSecrets } from '../connectors/webhook.ts'
import { findAlertSettings, openAlertSecrets } from './queries.ts'
import type { AlertSettingsInput } from './settings.ts'

/** Answers the signing secret if it was made just now: nobody is told it a second time. */
export async function setAlertSettings(
  scope: Scope,
  { url, secret, events }: AlertSettingsInput,
): Promise<string | undefined> {
  const { db, tenantId, now, platform } = scope
  const before = await findAlertSettings(scope)
  const kept = before ? await openAlertSecrets(platform, before) : {}
  const secrets = nextSigningSecrets(kept, secret, now)
  const place = { tenantId, table: 'alert_settings', row: tenantId }
  const sealed = await platform.sealer.seal(JSON.stringify(secrets), place)
  await runBatch(db, [
    sql`insert into alert_settings (tenant_id, url, events, sealed_secrets, last_modified)
      values (${tenantId}, ${url}, ${JSON.stringify(events)}, ${sealed}, ${now})
      on conflict do update set url = excluded.url, events = excluded.events,
        sealed_secrets = excluded.sealed_secrets, last_modified = excluded.last_modified`,
    // What waits for an address that did not answer goes to the new one at once.
    sql`update alerts set next_attempt_at = ${now} where tenant_id = ${tenantId} and state = 'pending'`,
  ])
  await platform.wake({ tenantId })
  return secret === undefined && secrets.signingSecret !== kept.signingSecret ? secrets.signingSecret : undefined
}

/** Nobody is told any more, not even of what waits. */
export async function removeAlertSettings({ db, tenantId }: Scope): Promise<void> {
  await runBatch(db, [
    sql`delete from alert_settings where tenant_id = ${tenantId}`,
    sql`delete from alerts where tenant_id = ${tenantId} and state = 'pending'`,
  ])
}

/**
 * Tells of a connector, if the tenant wants to hear of that and `where` holds when the batch comes to it: before the
 * statement that makes it untrue, or nobody is told; in one batch with it, or somebody is told twice.
 */
export function insertAlert(
  { tenantId, now }: Scope,
  type: AlertType,
  connectorId: string,
  details: Record<string, unknown>,
  where: Sql,
): Sql {
  return sql`insert into alerts (tenant_id, id, type, data, state, attempts, next_attempt_at, created, last_modified)
    select ${tenantId}, ${newId()}, ${type}, json_patch(json_object('connection', json_object('id', n.id, 'name', n.name),
        'connector', json_object('id', c.id, 'name', c.name)), ${JSON.stringify(details)}),
      'pending', 0, ${now}, ${now}, ${now}
    from alert_settings s cross join connectors c on c.tenant_id = ${tenantId} and c.id = ${connectorId}
      cross join connections n on n.tenant_id = c.tenant_id and n.id = c.connection_id
    where s.tenant_id = ${tenantId} and exists (select 1 from json_each(s.events) where value = ${type}) and ${where}`
}

export function isPaused(tenantId: string, connectorId: string): Sql {
  return sql`exists (select 1 from targets where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and paused_at is not null)`
}

/** Paused, or in quarantine. */
export function isStopped(tenantId: string, connectorId: string): Sql {
  return sql`exists (select 1 from targets where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and (paused_at is not null or quarantined_at is not null))`
}

/** What became a dead letter. */
export type DeadLetter = {
  readonly id: string
  readonly connectorId: string
  readonly resourceType: string
  readonly resourceId: string
  readonly resourceName: string
}

/** Of the first dead letter of a connector alone: stands behind the statement that made it one. */
export function insertDeadLetterAlert(scope: Scope, letter: DeadLetter, error: string): Sql {
  const { tenantId } = scope
  const { id, connectorId, resourceType, resourceId, resourceName } = letter
  const details = { delivery: { id, resourceType, resourceId, resourceName, error: error.slice(0, 1000) } }
  // Of those that are open, they alone have no next attempt: by the index of a connector's turn.
  const dead = sql`select id from deliveries where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and open = 1 and next_attempt_at is null and state = 'dead'`
  const isFirst = sql`${id} in (${dead}) and not exists (select 1 from (${dead}) where id <> ${id})`
  return insertAlert(scope, 'connector.deadLetters', connectorId, details, isFirst)
}
