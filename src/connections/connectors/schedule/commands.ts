import { randomFraction } from '../../../core/random.ts'
import type { Statement } from '../../../db/open.ts'
import { sql } from '../../../db/sql.ts'
import type { Scope } from '../../../platform.ts'
import type { ConnectorRow } from '../../queries.ts'

/** The first reconciliation begins within the hour, and each connector's stay as far apart as these are. */
const SPREAD_MS = 3_600_000

/** Plans the reconciliations that a connector's settings ask for. One that runs goes on, and plans the next itself. */
export function scheduleStatement({ tenantId, now }: Scope, { id, settings }: ConnectorRow): Statement {
  const { everyHours, policy } = settings.reconciliation ?? {}
  if (everyHours === undefined || policy === undefined) {
    return sql`update reconciliations set next_at = null where tenant_id = ${tenantId} and connector_id = ${id}
      and state <> 'running'`
  }
  const first = now.getTime() + Math.ceil(randomFraction() * SPREAD_MS)
  return sql`insert into reconciliations (tenant_id, connector_id, state, phase, position, counts, policy, trigger,
      started, last_modified, attempts, next_at)
    values (${tenantId}, ${id}, 'planned', 'User', '{}', '{"seen":0,"same":0,"unmanaged":0,"unread":0}', ${policy},
      'schedule', 0, ${now}, 0, ${first})
    on conflict do update set next_at = case when state = 'running' then next_at
      else min(coalesce(next_at, excluded.next_at), max(excluded.next_at, started + ${everyHours * 3_600_000})) end`
}
