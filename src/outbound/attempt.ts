/** One attempt at a delivery that was claimed: push, and record what came of it and what it says of the target. */
import { openConnectorSecrets } from '../connections/queries.ts'
import { unreachable } from '../core/errors.ts'
import type { Scope } from '../platform.ts'
import { isOver, nextAttempt, nextBlockedAttempt, nextDownAttempt, nextRejectedAttempt } from './backoff.ts'
import { type Claimed, handOver, recordArrival, recordFailure, releaseDelivery } from './commands.ts'
import { deliver, weigh } from './deliver.ts'
import { findSettings, type Settings, type StoredSettings } from './opening/queries.ts'
import type { PushOutcome } from './outcome.ts'
import { countRemoval, guardRemoval } from './guard/commands.ts'
import { decisionOf, isRemoval, planDelivery, refusedOf, sentAfter } from './plan.ts'
import type { Attempt, Target } from './push.ts'
import type { DeliveryRow } from './queries.ts'
import { resourceOf } from './scim2/resource.ts'
import { followUp, type OpenConnector, readSituation } from './situation.ts'
import { type Probe, returnProbe } from './target/commands.ts'
import { heed } from './target/heed.ts'
import type { Lane } from './target/lanes.ts'
import { signOf } from './target/signs.ts'

/** What the attempts of one run share. */
export type Attempts = {
  /** The settings of connectors, as they were read by the first of those that were claimed together. */
  readonly readings: Map<string, Promise<StoredSettings | undefined>>
  readonly targets: Map<string, Promise<OpenConnector & { readonly target: Target }>>
  /** From 0 up to 1. */
  random(): number
  /** Aborted, it cuts the requests short. */
  readonly signal: AbortSignal | undefined
}

/**
 * `moment` makes a scope of the present moment; a `probe` is the one delivery that may go to a target that was away.
 * `onArrival` is called when the target has done it, before that is written down: it may be sent the next one.
 */
export async function attempt(
  run: Attempts,
  moment: () => Scope,
  lane: Lane,
  row: Claimed,
  probe: Probe | undefined,
  onArrival: () => void,
): Promise<void> {
  const scope = moment()
  const open = await openTarget(scope, run, row.connectorId)
  if (!open) return releaseDelivery(scope, row)
  const attempts: Attempt[] = []
  const record = (one: Attempt) => void attempts.push(one)
  const { situation, missing } = await readSituation(scope, row, open)
  const plan = planDelivery(situation)
  if (
    isRemoval(plan) &&
    (await guardRemoval(scope, lane, row, probe, open.target.settings.deletionGuard)) === 'put back'
  ) {
    return
  }
  const resource = resourceOf(scope, row, open.target)
  const pushed = await deliver(scope.platform, open.target, resource, plan, record)
  const outcome = pushed.kind === 'forbidden' ? await weigh(scope.platform, open.target, pushed, record) : pushed
  const tried = { attempts, decision: decisionOf(plan) }
  const after = moment()
  if (outcome.kind === 'down' && run.signal?.aborted) {
    // We ended it ourselves: it says nothing of the target.
    const follow = probe ? [returnProbe(after, row.connectorId, probe)] : []
    return handOver(after, row, { ...tried, follow })
  }
  const sign = signOf(outcome, {
    status: attempts.at(-1)?.status,
    requests: attempts.length,
    isProbe: probe !== undefined,
    inARow: lane.inARow,
  })
  const ofTarget = heed(after, lane, row, sign, {
    isWell: outcome.kind === 'done',
    refused: outcome.kind === 'rejected' ? refusedOf(plan) : undefined,
    reason: outcome.kind === 'done' ? '' : outcome.error,
    probe,
    random: run.random(),
  })
  if (outcome.kind === 'done') {
    if (!probe) onArrival()
    const removed = isRemoval(plan) ? countRemoval(after, row) : []
    await recordArrival(after, row, {
      remoteId: plan.kind === 'nothing' ? situation.ledger?.remoteId : outcome.remoteId,
      sent: sentAfter(situation),
      ...tried,
      follow: [...(await followUp(after, row, outcome.created, missing)), ...ofTarget, ...removed],
    })
  } else {
    const next = whenNext(outcome, after.now, row, run.random())
    const isPausedNow = await recordFailure(after, row, { ...next, error: outcome.error, ...tried, follow: ofTarget })
    if (sign.kind === 'refuses' && isPausedNow) tellPause(scope, row, open, sign.reason)
  }
  tell(scope, row, open, plan.kind, outcome)
}

function whenNext(outcome: Exclude<PushOutcome, { kind: 'done' }>, now: Date, row: DeliveryRow, random: number) {
  if (outcome.kind !== 'refused' && isOver(now, row)) return DEAD
  switch (outcome.kind) {
    case 'down':
      return { state: 'retrying', nextAttemptAt: nextDownAttempt(now, row, random) } as const
    case 'retry':
      return { state: 'retrying', nextAttemptAt: nextAttempt(now, row, random, outcome.retryAfterMs) } as const
    case 'refused':
      // The connector is paused: whoever ends that wants it tried at once.
      return { state: 'blocked', nextAttemptAt: now } as const
    case 'forbidden':
    case 'blocked':
      return { state: 'blocked', nextAttemptAt: nextBlockedAttempt(now, row, random) } as const
    case 'rejected':
      return { state: 'blocked', nextAttemptAt: nextRejectedAttempt(now, row, random) } as const
    default:
      return unreachable(outcome)
  }
}
const DEAD = { state: 'dead', nextAttemptAt: undefined } as const

/**
 * Settings are read after each claim: the run may be long, and they may change in it, which makes what is claimed dirty
 * again. Secrets are opened once.
 */
export async function openTarget(
  scope: Scope,
  { readings, targets }: Pick<Attempts, 'readings' | 'targets'>,
  id: string,
) {
  const reading = readings.get(id) ?? findSettings(scope, id)
  readings.set(id, reading)
  const found = await reading
  if (!found) return undefined
  const known = targets.get(found.key)
  if (known) return known
  const opened = openSecrets(scope, found.read())
  targets.set(found.key, opened)
  return opened
}

async function openSecrets(scope: Scope, { connector, connection }: Settings) {
  const secrets = await openConnectorSecrets(scope, connector)
  return { connection, connector, secrets, target: { settings: connector.settings, secrets } }
}

function tell(scope: Scope, row: DeliveryRow, open: OpenConnector, plan: string, outcome: PushOutcome): void {
  const { log } = scope.platform
  const { id: deliveryId, resourceType, resourceId, attempts } = row
  const facts = { ...namesOf(scope, open), deliveryId, resourceType, resourceId, attempt: attempts, plan }
  if (outcome.kind === 'done') log.info('delivered', facts)
  else log.warn('delivery failed', { ...facts, outcome: outcome.kind, error: outcome.error })
}

function tellPause(scope: Scope, row: DeliveryRow, open: OpenConnector, reason: string): void {
  scope.platform.log.warn('connector paused', { ...namesOf(scope, open), deliveryId: row.id, reason })
}

function namesOf({ tenantId }: Scope, { connection, connector }: OpenConnector) {
  return { tenantId, connection: connection.name, connector: connector.name }
}
