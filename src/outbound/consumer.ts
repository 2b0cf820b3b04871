/** The outbound consumer: claims what is due, pushes it, and records what came of it. The entries call it. */
import {
  type ConnectionRow,
  type ConnectorRow,
  findConnection,
  findConnector,
  openConnectorSecrets,
} from '../connections/queries.ts'
import { unreachable } from '../core/errors.ts'
import { StaleRow } from '../db/open.ts'
import type { Platform, Scope, Tenant } from '../platform.ts'
import { removeExpired } from '../tenancy/commands.ts'
import { findTenant, listTenants } from '../tenancy/queries.ts'
import { scopeOf } from '../tenancy/resolve.ts'
import { afterPause, nextAttempt, nextBlockedAttempt, nextDownAttempt } from './backoff.ts'
import { deliver, type Found } from './carry-out.ts'
import { claimDelivery, pauseConnector, recordArrival, recordFailure, resumeConnector } from './commands.ts'
import { isAnothers } from './ledger/queries.ts'
import type { PushOutcome } from './outcome.ts'
import { planDelivery } from './plan.ts'
import type { Attempt, Target } from './push.ts'
import { type DeliveryRow, findNextDue, listDue } from './queries.ts'
import { followUp, type OpenConnector, readSituation } from './situation.ts'

const BATCH = 50
const AT_ONCE = 8
const HOUR_MS = 3_600_000

/** Delivers all that is due, of every tenant; answers when the next delivery is due, undefined if none waits. */
export async function deliverDue(platform: Platform): Promise<Date | undefined> {
  await keepHouse(platform)
  const run: Run = { targets: new Map(), tenants: new Map(), resumed: new Set() }
  for (;;) {
    const due = await listDue(platform.db, platform.now(), BATCH)
    // Users first: a group names its members by the ids that they got at the target.
    const users = await deliverAll(
      platform,
      run,
      due.filter((one) => one.type === 'User'),
    )
    const groups = await deliverAll(
      platform,
      run,
      due.filter((one) => one.type === 'Group'),
    )
    if (users + groups === 0) return findNextDue(platform.db)
  }
}

/** What one run of the consumer knows. */
type Run = {
  readonly targets: Map<string, Promise<OpenConnector & { readonly target: Target }>>
  readonly tenants: Map<string, Promise<Tenant | undefined>>
  /** Connectors whose waiting deliveries were called since their target answered. */
  readonly resumed: Set<string>
}
type Due = { readonly tenantId: string; readonly id: string }

/** Delivers these, a few at once; answers how many could be claimed. */
async function deliverAll(platform: Platform, run: Run, due: readonly Due[]): Promise<number> {
  const waiting = [...due]
  let claimed = 0
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      if (await deliverOne(platform, run, one)) claimed++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return claimed
}

async function deliverOne(platform: Platform, run: Run, { tenantId, id }: Due): Promise<boolean> {
  const reading = run.tenants.get(tenantId) ?? findTenant(platform.db, tenantId)
  run.tenants.set(tenantId, reading)
  const tenant = await reading
  if (!tenant) return false
  const row = await claimDelivery(scopeOf(platform, tenant), id)
  if (!row) return false
  try {
    await attempt(platform, scopeOf(platform, tenant), run, row)
  } catch (error) {
    if (!(error instanceof StaleRow)) await recordFault(platform, scopeOf(platform, tenant), row, error)
  }
  return true
}

/** A fault of ours, such as secrets that another MASTER_KEY sealed. If not even that can be recorded, the lease ends. */
async function recordFault(platform: Platform, scope: Scope, row: DeliveryRow, error: unknown): Promise<void> {
  platform.log.error('delivery not possible', { tenantId: scope.tenantId, deliveryId: row.id, error })
  const nextAttemptAt = nextAttempt(scope.now, row)
  const words = 'This server could not make the delivery; its log says why.'
  await recordFailure(scope, row, { state: 'retrying', error: words, nextAttemptAt, attempts: [] }).catch(
    (cause: unknown) => platform.log.error('delivery not recorded', { deliveryId: row.id, error: cause }),
  )
}

async function attempt(platform: Platform, scope: Scope, run: Run, row: DeliveryRow): Promise<void> {
  const open = await openTarget(scope, run, row.connectorId)
  if (!open) return
  const attempts: Attempt[] = []
  const { situation, missing } = await readSituation(scope, row, open)
  const plan = planDelivery(situation)
  const resource = {
    type: row.resourceType,
    id: row.resourceId,
    isAnothers: (found: Found) => isAnothers(scope, row, found),
  }
  const outcome = await deliver(platform, open.target, resource, plan, (one) => attempts.push(one))
  const after = scopeOf(platform, scope.tenant)
  if (outcome.kind === 'done') {
    const isUnsent = plan.kind === 'nothing'
    await recordArrival(after, row, {
      remoteId: isUnsent ? situation.ledger?.remoteId : outcome.remoteId,
      sent: situation.present,
      attempts,
      follow: await followUp(after, row, outcome.created, missing),
    })
    if (attempts.length > 0 && !run.resumed.has(row.connectorId)) {
      run.resumed.add(row.connectorId)
      await resumeConnector(after, row.connectorId)
    }
  } else {
    await recordFailure(after, row, { ...whenNext(outcome, after.now, row), error: outcome.error, attempts })
    if (outcome.kind === 'down') {
      run.resumed.delete(row.connectorId)
      await pauseConnector(after, row.connectorId, afterPause(after.now, row))
    }
  }
  tell(scope, row, open, plan.kind, outcome)
}

function whenNext(outcome: Exclude<PushOutcome, { kind: 'done' }>, now: Date, row: DeliveryRow) {
  switch (outcome.kind) {
    case 'down':
      return { state: 'retrying', nextAttemptAt: nextDownAttempt(now, row) } as const
    case 'retry':
      return { state: 'retrying', nextAttemptAt: nextAttempt(now, row, outcome.retryAfterMs) } as const
    case 'blocked':
      return { state: 'blocked', nextAttemptAt: nextBlockedAttempt(now, row.id) } as const
    case 'dead':
      return { state: 'dead', nextAttemptAt: undefined } as const
    default:
      return unreachable(outcome)
  }
}

/** Settings are read for each delivery: the run may be long, and they may change in it. Secrets are opened once. */
async function openTarget(scope: Scope, run: Run, connectorId: string) {
  const connector = await findConnector(scope, connectorId)
  const connection = connector && (await findConnection(scope, connector.connectionId))
  if (!connector?.enabled || !connection) return undefined
  const key = JSON.stringify([connector, connection])
  const known = run.targets.get(key)
  if (known) return known
  const opened = openSecrets(scope, connector, connection)
  run.targets.set(key, opened)
  return opened
}

async function openSecrets(scope: Scope, connector: ConnectorRow, connection: ConnectionRow) {
  const secrets = await openConnectorSecrets(scope, connector)
  return { connection, connector, secrets, target: { settings: connector.settings, secrets } }
}

function tell(scope: Scope, row: DeliveryRow, open: OpenConnector, plan: string, outcome: PushOutcome): void {
  const { log } = scope.platform
  const facts = {
    tenantId: scope.tenantId,
    deliveryId: row.id,
    connection: open.connection.name,
    connector: open.connector.name,
    resourceType: row.resourceType,
    resourceId: row.resourceId,
    attempt: row.attempts,
    plan,
  }
  if (outcome.kind === 'done') log.info('delivered', facts)
  else log.warn('delivery failed', { ...facts, outcome: outcome.kind, error: outcome.error })
}

const lastKept = new WeakMap<Platform, number>()

/** Once an hour, what has expired goes. */
async function keepHouse(platform: Platform): Promise<void> {
  const now = platform.now()
  if (now.getTime() - (lastKept.get(platform) ?? 0) < HOUR_MS) return
  lastKept.set(platform, now.getTime())
  for (const tenant of await listTenants(platform.db)) await removeExpired(platform.db, tenant.id, now)
}
