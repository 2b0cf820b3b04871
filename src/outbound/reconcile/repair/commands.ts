import type { ConnectorRow } from '../../../connections/queries.ts'
import { Problem } from '../../../core/errors.ts'
import { newId } from '../../../core/ids.ts'
import { runBatch, type Statement } from '../../../db/open.ts'
import type { DriftKind, ProvisionedType } from '../../../db/schema.ts'
import { type Sql, sql } from '../../../db/sql.ts'
import { dirtyOf, HAS_GROUPS, insertDelivery } from '../../../directory/outbox.ts'
import type { Scope } from '../../../platform.ts'
import { demandProvisioning } from '../../sync/commands.ts'
import { getDrift } from '../drifts/queries.ts'

/** Has the target get what it should have; a delivery does it, and says in the log how it went. Problem 404, 409. */
export async function repairDrift(scope: Scope, connector: ConnectorRow, id: string): Promise<void> {
  await demandProvisioning(scope, connector)
  const drift = await getDrift(scope, connector.id, id)
  if (drift.kind === 'unmanaged') throw new Problem(409, 'It was never ours: it is not touched.')
  if (drift.state === 'repaired') throw new Problem(409, 'It is repaired already.')
  const repaired = await repair(scope, connector, sql`drifts.id = ${id}`)
  if (repaired === 0) throw new Problem(409, ON_ITS_WAY)
}

/** All that are open and not on their way already, or those of a kind; answers how many. Problem 409. */
export async function repairAll(scope: Scope, connector: ConnectorRow, kind?: DriftKind): Promise<number> {
  await demandProvisioning(scope, connector)
  return repair(scope, connector, isOpen(kind))
}

/** Leaves what the target has as it is, until that changes, or something here does. Problem 404, 409. */
export async function acceptDrift(scope: Scope, connectorId: string, id: string): Promise<void> {
  const drift = await getDrift(scope, connectorId, id)
  if (drift.kind === 'unmanaged') throw new Problem(409, 'It was never ours: there is nothing to accept.')
  const [accepted] = await runBatch(scope.db, [acceptStatement(scope, connectorId, sql`drifts.id = ${id}`)])
  if (accepted?.rowsAffected === 0) throw new Problem(409, 'It is repaired or accepted already.')
}

export async function acceptAll(scope: Scope, connectorId: string, kind?: DriftKind): Promise<number> {
  const [accepted] = await runBatch(scope.db, [acceptStatement(scope, connectorId, isOpen(kind))])
  return accepted?.rowsAffected ?? 0
}

const ON_ITS_WAY = 'A delivery of it is on its way. The next reconciliation compares it again.'

function isOpen(kind: DriftKind | undefined): Sql {
  return kind === undefined ? sql`drifts.state = 'open'` : sql`drifts.state = 'open' and drifts.kind = ${kind}`
}

async function repair(scope: Scope, connector: ConnectorRow, which: Sql): Promise<number> {
  const [marked] = await runBatch(scope.db, repairStatements(scope, connector.id, which))
  await scope.platform.wake({ tenantId: scope.tenantId })
  return marked?.rowsAffected ?? 0
}

/** Leaves the ledger as it is: by it nothing is to be sent, until something changes here. */
export function acceptStatement({ tenantId }: Pick<Scope, 'tenantId'>, connectorId: string, which: Sql): Statement {
  return sql`update drifts set state = 'accepted' where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and ${ofLatest(tenantId, connectorId)} and kind in ('changed', 'missing', 'unlinked', 'leftover')
    and state = 'open' and ${which}`
}

/** What an older reconciliation found is not known to be so any more. */
function ofLatest(tenantId: string, connectorId: string): Sql {
  return sql`drifts.reconciliation = (select started from reconciliations where tenant_id = ${tenantId}
    and connector_id = ${connectorId})`
}

/**
 * The ledger is made to say what the target has, and the resource is marked dirty: its delivery then sends just what
 * differs. What has a delivery on its way already is left out. The first statement says how many there are.
 */
export function repairStatements(scope: Scope, connectorId: string, which: Sql): Statement[] {
  const { tenantId, now } = scope
  const mark = newId()
  const ofConnector = sql`connector_id = ${connectorId}`
  const marked = sql`f.connector_id = ${connectorId} and f.mark = ${mark}`
  const dirty = (type: ProvisionedType) =>
    insertDelivery(
      dirtyOf(
        scope,
        type,
        sql`case f.kind when 'missing' then 'create' when 'leftover' then 'delete' else 'update' end`,
        {
          id: sql`f.resource_id`,
          name: sql`f.name`,
          from: sql`cross join drifts f on f.tenant_id = ${tenantId} and ${marked} and f.resource_type = ${type}`,
        },
      ),
      sql`c.id = ${connectorId}`,
    )
  return [
    sql`update drifts set state = 'repaired', mark = ${mark} where tenant_id = ${tenantId} and ${ofConnector}
      and ${ofLatest(tenantId, connectorId)} and kind in ('changed', 'missing', 'unlinked', 'leftover')
      and state in ('open', 'accepted') and ${which}
      and not exists (select 1 from deliveries d where d.tenant_id = ${tenantId} and d.connector_id = ${connectorId}
        and d.resource_type = drifts.resource_type and d.resource_id = drifts.resource_id and d.open = 1)`,
    sql`delete from provisioned_resources where tenant_id = ${tenantId} and ${ofConnector} and (resource_type, resource_id) in (
      select f.resource_type, f.resource_id from drifts f where f.tenant_id = ${tenantId} and ${marked} and f.kind = 'missing')`,
    sql`delete from provisioned_members where tenant_id = ${tenantId} and ${ofConnector} and group_id in (
      select f.resource_id from drifts f where f.tenant_id = ${tenantId} and ${marked} and f.kind = 'missing' and f.resource_type = 'Group')`,
    sql`insert into provisioned_resources (tenant_id, connector_id, resource_type, resource_id, remote_id, sent, last_modified)
      select f.tenant_id, f.connector_id, f.resource_type, f.resource_id, f.remote_id, f.sent, ${now} from drifts f
      where f.tenant_id = ${tenantId} and ${marked} and f.sent is not null
      on conflict do update set sent = excluded.sent where provisioned_resources.remote_id = excluded.remote_id`,
    ...memberStatements(tenantId, connectorId, ofConnector, marked),
    dirty('User'),
    dirty('Group'),
    ...referenceStatements(scope, connectorId, marked),
    sql`update drifts set mark = null where tenant_id = ${tenantId} and ${ofConnector} and mark = ${mark}`,
  ]
}

/** Whom a group lacks there is not in it, and whom it has besides has to go: strangers under an id that nobody has here. */
function memberStatements(tenantId: string, connectorId: string, ofConnector: Sql, marked: Sql): Statement[] {
  return [
    sql`delete from provisioned_members where tenant_id = ${tenantId} and ${ofConnector} and (group_id, member_id) in (
      select f.resource_id, m.value ->> 0 from drifts f, json_each(f.members, '$.absent') m where f.tenant_id = ${tenantId} and ${marked})`,
    // Of those that are too many to be named each is sent again.
    sql`update provisioned_members set is_sure = 0 where tenant_id = ${tenantId} and ${ofConnector} and group_id in (
      select f.resource_id from drifts f
      where f.tenant_id = ${tenantId} and ${marked} and f.members ->> '$.absentTotal' > json_array_length(f.members, '$.absent'))`,
    sql`insert into provisioned_members (tenant_id, connector_id, group_id, member_id, remote_id, member_type, is_sure)
      select ${tenantId}, ${connectorId}, f.resource_id, 'remote:' || (m.value ->> 0), m.value ->> 0, 'User', 0
      from drifts f, json_each(f.members, '$.extra') m where f.tenant_id = ${tenantId} and ${marked} on conflict do nothing`,
  ]
}

/** As after a creation: the groups of whom the ledger did not know name her now, and so do those whom she manages. */
function referenceStatements(scope: Scope, connectorId: string, marked: Sql): Statement[] {
  const { tenantId } = scope
  const unlinked = sql`cross join drifts f on f.tenant_id = ${tenantId} and ${marked} and f.kind = 'unlinked'`
  const groups = dirtyOf(scope, 'Group', 'update', {
    id: sql`g.id`,
    name: sql`g.display_name`,
    from: sql`${unlinked} cross join group_members m on m.tenant_id = f.tenant_id and m.member_id = f.resource_id
      cross join groups g on g.tenant_id = m.tenant_id and g.id = m.group_id`,
  })
  const reports = dirtyOf(scope, 'User', 'update', {
    id: sql`u.id`,
    name: sql`u.user_name`,
    from: sql`${unlinked} cross join waiting_references w on w.tenant_id = f.tenant_id
        and w.connector_id = f.connector_id and w.referred_id = f.resource_id
      cross join users u on u.tenant_id = w.tenant_id and u.id = w.user_id`,
  })
  return [
    insertDelivery(groups, sql`c.id = ${connectorId} and ${HAS_GROUPS}`),
    insertDelivery(reports, sql`c.id = ${connectorId}`),
  ]
}
