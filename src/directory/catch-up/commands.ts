/** Bringing a target up to date after a time, or by a rule, in which changes did not go out. */
import type { Statement } from '../../db/open.ts'
import { sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { HAS_GROUPS } from '../outbox.ts'

/**
 * Begins to look at the directory for a connector that has been in use: what would have gone out goes now, and who is
 * not for it any more goes from its target. Who was here before the connector, and has not changed since, stays out of
 * it unless everybody was provisioned before. It is a sync (outbound/sync), under way or anew.
 */
export function catchUp({ tenantId, now }: Scope, connectorId: string): Statement {
  return sql`insert into directory_syncs (tenant_id, connector_id, kind, state, phase, after_id, total, seen, marked,
      started, last_modified)
    select ${tenantId}, c.id, 'changed', 'running', 'User', '',
      (select count(*) from users where tenant_id = ${tenantId})
        + case when ${HAS_GROUPS} then (select count(*) from groups where tenant_id = ${tenantId}) else 0 end,
      0, 0, ${now}, ${now}
    from connectors c where c.tenant_id = ${tenantId} and c.id = ${connectorId} and c.enabled = 1
      and exists (select 1 from provisioners where tenant_id = ${tenantId} and connector_id = c.id)
      and (exists (select 1 from provisioned_resources where tenant_id = ${tenantId} and connector_id = c.id)
        or exists (select 1 from deliveries where tenant_id = ${tenantId} and connector_id = c.id))
    on conflict do update set kind = case when kind = 'everybody' and state <> 'stopped' then kind else 'changed' end,
      state = 'running', phase = 'User', after_id = '', total = excluded.total, seen = 0, marked = 0,
      started = excluded.started, last_modified = excluded.last_modified`
}
