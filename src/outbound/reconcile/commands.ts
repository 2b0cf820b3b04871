import type { ConnectorRow } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import { newId, newResourceId } from '../../core/ids.ts'
import { DEMAND_ONE_CHANGE, rowsOf, runBatch, runGuardedBatch, type Statement } from '../../db/open.ts'
import type { DriftPolicy, ProvisionedType, ReconciliationCounts, ReconciliationPosition } from '../../db/schema.ts'
import { type Sql, sql } from '../../db/sql.ts'
import type { Scope } from '../../platform.ts'
import { demandProvisioning } from '../sync/commands.ts'
import { hasProvisioner } from '../sync/queries.ts'
import type { Finding } from './classify.ts'
import { findReconciliation, isMoving, mayBeCalled, type ReconciliationRow } from './queries.ts'
import { acceptStatement, repairStatements } from './repair/commands.ts'
import { SCIM_ONLY } from './scim2.ts'

/** Longer than a page may take, with the members of its groups: whoever has the turn so long has died. */
const TURN_MS = 90_000
const HOUR_MS = 3_600_000
/** Of what was never ours so many are listed, and all are counted. */
const MOST_LISTED = 10_000
export const NO_COUNTS: ReconciliationCounts = { seen: 0, same: 0, unmanaged: 0, unread: 0 }

/** Begins to compare what the target has. Problem 409 if the connector cannot be, or is compared already. */
export async function startReconciliation(
  scope: Scope,
  connector: ConnectorRow,
  policy: DriftPolicy,
): Promise<ReconciliationRow> {
  demandReconcilable(connector)
  await demandProvisioning(scope, connector)
  const [begun] = await runBatch(scope.db, [beginning(scope, connector.id, policy, 'hand')])
  if (begun?.rowsAffected !== 1) throw new Problem(409, 'A reconciliation of this connector is under way.')
  await scope.platform.wake({ tenantId: scope.tenantId })
  return getReconciliation(scope, connector.id)
}

/** Problem 409 for a target that cannot be read as SCIM. */
function demandReconcilable({ type }: ConnectorRow): void {
  if (type !== 'scim2') throw new Problem(409, SCIM_ONLY)
}

/** Looks at nothing more; what was found stays. False if none was under way. */
export async function stopReconciliation(scope: Scope, connector: ConnectorRow): Promise<boolean> {
  const { db, tenantId, now } = scope
  const [stopped] = await runBatch(db, [
    sql`update reconciliations set state = 'stopped', turn = null, next_at = ${nextOf(connector, now, now)},
      last_modified = ${now} where tenant_id = ${tenantId} and connector_id = ${connector.id} and state = 'running'`,
  ])
  return stopped?.rowsAffected === 1
}

async function getReconciliation(scope: Scope, connectorId: string): Promise<ReconciliationRow> {
  const row = await findReconciliation(scope, connectorId)
  if (!row) throw new Problem(404, 'There is no such reconciliation.')
  return row
}

/** One that runs already is left alone. What was found before goes with the end of this one. */
function beginning({ tenantId, now }: Scope, connectorId: string, policy: DriftPolicy, trigger: 'hand' | 'schedule') {
  const begun = sql`${tenantId}, ${connectorId}, 'running', 'User', '{}', ${JSON.stringify(NO_COUNTS)}, ${policy},
    ${trigger}, ${now}, ${now}, 0, null, null, ${now}`
  return sql`insert into reconciliations (tenant_id, connector_id, state, phase, position, counts, policy, trigger,
      started, last_modified, attempts, error, turn, next_at) values (${begun})
    on conflict do update set (state, phase, position, counts, policy, trigger, started, last_modified, attempts, error,
      turn, next_at) = (excluded.state, excluded.phase, excluded.position, excluded.counts, excluded.policy,
      excluded.trigger, max(excluded.started, reconciliations.started + 1), excluded.last_modified, 0, null, null,
      excluded.next_at) where state <> 'running'`
}

/** When the schedule has the next one begin: as long after the last as it says, and not before now. */
function nextOf({ settings }: ConnectorRow, started: Date, now: Date): Date | null {
  const hours = settings.reconciliation?.everyHours
  if (hours === undefined) return null
  const next = started.getTime() + hours * HOUR_MS
  return new Date(next > now.getTime() ? next : now.getTime() + hours * HOUR_MS)
}

/** A reconciliation of which this process alone writes down the page that it stands at. */
export type Turn = ReconciliationRow & { readonly turn: string }

/** Of several processes one gets the turn; nobody while the target is paused or left alone. */
export async function takeTurn(scope: Scope, connectorId: string): Promise<Turn | undefined> {
  const { db, tenantId, now } = scope
  const turn = newId()
  const taken = await rowsOf(
    db,
    sql`update reconciliations as r set turn = ${turn}, next_at = ${now.getTime() + TURN_MS}
      where r.tenant_id = ${tenantId} and r.connector_id = ${connectorId} and r.next_at <= ${now}
        and ${mayBeCalled(now)} returning 1`,
  )
  if (taken.length === 0) return undefined
  const row = await findReconciliation(scope, connectorId)
  return row?.turn === turn ? { ...row, turn } : undefined
}

/** What the schedule has begin: begun, or put off where nothing is provisioned, or forgotten where the schedule is gone. */
export async function beginScheduled(scope: Scope, turn: Turn, connector: ConnectorRow): Promise<void> {
  const { db, tenantId, now } = scope
  const next = nextOf(connector, now, now)
  const { reconciliation } = connector.settings
  const isFit = reconciliation && next && connector.type === 'scim2' && (await hasProvisioner(scope, connector.id))
  await runGuardedBatch(db, [
    sql`update reconciliations set turn = null, next_at = ${next} where ${isMine(tenantId, turn)}`,
    DEMAND_ONE_CHANGE,
    ...(isFit ? [beginning(scope, connector.id, reconciliation.policy, 'schedule')] : []),
  ])
}

function isMine(tenantId: string, { connectorId, turn }: Turn): Sql {
  return sql`tenant_id = ${tenantId} and connector_id = ${connectorId} and turn = ${turn}`
}

/** Gives the turn back as it was: the page was cut short, or nothing is begun any more. */
export async function releaseTurn({ db, tenantId, now }: Scope, turn: Turn): Promise<void> {
  await runBatch(db, [
    sql`update reconciliations set turn = null, next_at = ${now}
      where tenant_id = ${tenantId} and ${isMine(tenantId, turn)}`,
  ])
}

export type PageEnd = {
  readonly type: ProvisionedType
  /** Before the target was asked. */
  readonly since: Date
  /** What of the ledger is there. */
  readonly seen: readonly string[]
  readonly findings: readonly Finding[]
  readonly counts: ReconciliationCounts
  /** Undefined: it is done. */
  readonly next: Pick<ReconciliationRow, 'phase' | 'position'> | undefined
}

/**
 * Writes down a page and moves behind it, in one batch: of one who was killed in it, nothing is kept or done twice.
 * What has moved since the target was asked is not written down. StaleRow for who lost the turn.
 */
export async function recordPage(scope: Scope, turn: Turn, connector: ConnectorRow, end: PageEnd): Promise<void> {
  const { db, tenantId, now } = scope
  const { phase, position } = end.next ?? { phase: turn.phase, position: {} }
  const nextAt = end.next ? now : nextOf(connector, turn.started, now)
  await runGuardedBatch(db, [
    sql`update reconciliations set state = ${end.next ? 'running' : 'done'}, phase = ${phase},
      position = ${JSON.stringify(position)}, counts = ${JSON.stringify(end.counts)}, attempts = 0, error = null,
      turn = null, next_at = ${nextAt}, last_modified = ${now} where ${isMine(tenantId, turn)}`,
    DEMAND_ONE_CHANGE,
    sql`update provisioned_resources set reconciled = ${turn.started} where tenant_id = ${tenantId}
      and connector_id = ${connector.id} and resource_type = ${end.type}
      and remote_id in (select value from json_each(${JSON.stringify(end.seen)}))`,
    insertDrifts(scope, turn, end),
    ...byPolicy(scope, turn, end),
    ...(end.next ? [] : [forgetOld(scope, turn)]),
  ])
}

/** What was accepted and is as it was then stays so. */
function insertDrifts({ tenantId, now }: Scope, { connectorId, started, counts }: Turn, end: PageEnd): Statement {
  const listed = end.findings.filter(({ kind }) => kind !== 'unmanaged' || counts.unmanaged < MOST_LISTED)
  const rows = listed.map((one) => [
    newResourceId(now),
    one.kind,
    one.resourceId,
    one.remoteId,
    one.name,
    JSON.stringify(one.differences),
    one.members && JSON.stringify(one.members),
    one.sent && JSON.stringify(one.sent),
  ])
  return sql`insert into drifts (tenant_id, id, connector_id, reconciliation, kind, state, resource_type, resource_id,
      remote_id, name, differences, members, sent, found)
    select ${tenantId}, x.value ->> 0, ${connectorId}, ${started}, x.value ->> 1, 'open', ${end.type}, x.value ->> 2,
      x.value ->> 3, x.value ->> 4, x.value ->> 5, x.value ->> 6, x.value ->> 7, ${now}
    from json_each(${JSON.stringify(rows)}) x
    where x.value ->> 2 is null or not ${isMoving(tenantId, connectorId, sql`x.value ->> 2`, end.since)}
    on conflict (tenant_id, connector_id, resource_type, remote_id) do update set
      state = case when state = 'accepted' and kind = excluded.kind and differences = excluded.differences
        and members is excluded.members then state else 'open' end,
      reconciliation = excluded.reconciliation, kind = excluded.kind, resource_id = excluded.resource_id,
      name = excluded.name, differences = excluded.differences, members = excluded.members, sent = excluded.sent,
      found = excluded.found`
}

/** What is taken over is linked by either policy: only then it can be kept up to date. */
function byPolicy(scope: Scope, { connectorId, policy }: Turn, { type, findings }: PageEnd): Statement[] {
  const ids = findings.flatMap(({ kind, remoteId }) => (kind === 'unmanaged' ? [] : [remoteId]))
  if (policy === 'report' || ids.length === 0) return []
  const inPage = sql`drifts.state = 'open' and drifts.resource_type = ${type}
    and drifts.remote_id in (select value from json_each(${JSON.stringify(ids)}))`
  if (policy === 'overwrite') return repairStatements(scope, connectorId, inPage)
  return [
    ...repairStatements(scope, connectorId, sql`${inPage} and drifts.kind = 'unlinked'`),
    acceptStatement(scope, connectorId, inPage),
  ]
}

function forgetOld({ tenantId }: Scope, { connectorId, started }: Turn): Statement {
  return sql`delete from drifts where tenant_id = ${tenantId} and connector_id = ${connectorId}
    and reconciliation < ${started}`
}

export type Trouble = {
  readonly error: string
  /** Undefined: it is given up. */
  readonly nextAt: Date | undefined
  /** Where it goes on, if not where it stood. */
  readonly position?: ReconciliationPosition
  readonly counts?: ReconciliationCounts
  readonly attempts: number
  /** What it says of the target. */
  readonly follow: readonly Statement[]
}

/** StaleRow for who lost the turn. */
export async function recordTrouble(
  scope: Scope,
  turn: Turn,
  connector: ConnectorRow,
  trouble: Trouble,
): Promise<void> {
  const { db, tenantId, now } = scope
  const { error, position = turn.position, counts = turn.counts, attempts, follow } = trouble
  const nextAt = trouble.nextAt ?? nextOf(connector, turn.started, now)
  await runGuardedBatch(db, [
    sql`update reconciliations set state = ${trouble.nextAt ? 'running' : 'failed'}, position = ${JSON.stringify(position)},
      counts = ${JSON.stringify(counts)}, attempts = ${attempts}, error = ${error.slice(0, 1000)}, turn = null,
      next_at = ${nextAt}, last_modified = ${now} where ${isMine(tenantId, turn)}`,
    DEMAND_ONE_CHANGE,
    ...follow,
  ])
}
