/**
 * Pushes what is not committed yet: the targets of blocking provisioners take a change before anybody sees it, or nobody
 * makes it. Whatever ends in between, an open delivery is left, by which the engine makes the target equal to what is
 * here.
 */
import { NotPushed } from '../../core/errors.ts'
import { randomFraction } from '../../core/random.ts'
import type { AskedAhead, Platform, PushedAhead, Scope } from '../../platform.ts'
import { openTarget } from '../attempt.ts'
import { nextAttempt } from '../backoff.ts'
import { type Arrival, arrivalStatements, type Claimed } from '../commands.ts'
import { deliver, weigh } from '../deliver.ts'
import type { PushOutcome } from '../outcome.ts'
import { countRemoval } from '../guard/commands.ts'
import { findRemovals } from '../guard/queries.ts'
import { decisionOf, isRemoval, planDelivery, sentAfter } from '../plan.ts'
import { type Attempt, withPatience } from '../push.ts'
import { resourceOf } from '../scim2/resource.ts'
import { followUp, readSituation } from '../situation.ts'
import { heed } from '../target/heed.ts'
import { newLane } from '../target/lanes.ts'
import { signOf } from '../target/signs.ts'
import { recordAbandoned, recordRefusal, releaseAhead } from './commands.ts'
import { atPresent, type Held, holdAll, takeTurn } from './hold.ts'
import { type Ahead, listAhead } from './queries.ts'
import { demandFew, demandReady, mayHaveDone, refusedBy } from './refusal.ts'

/** So long a request waits for all its targets together; well within a lease, which must not end meanwhile. */
const PATIENCE_MS = 15_000

type Arrived = { readonly row: Claimed; readonly arrival: Arrival }

const NOTHING: PushedAhead = { record: [], abandon: async () => undefined }

/** Throws NotPushed if a target refuses or cannot be asked now; what others took is set back then. */
export async function pushAhead(asked: AskedAhead): Promise<PushedAhead> {
  const { future } = asked
  const [first, ...others] = await listAhead(future, asked)
  if (!first) return NOTHING
  const wanted = [first, ...others] as const
  demandReady(wanted, future.platform.now())
  const held = await holdAll(asked, wanted)
  const patient = withPatience(future.platform, PATIENCE_MS)
  const arrived: Arrived[] = []
  let begun = 0
  try {
    for (const one of held) {
      const ready = await prepare(future, one)
      begun++
      arrived.push({ row: one.row, arrival: await send(future, patient, one, ready) })
    }
  } catch (error) {
    await abandonAll(future, arrived)
    // What was begun and is not recorded may have arrived: its lease ends by itself, and the engine sees to it.
    const rest = held.slice(begun).map(({ row }) => row)
    await releaseAhead(atPresent(future), rest)
    throw error
  }
  return { record: recordOf(future, arrived), abandon: () => abandonAll(future, arrived) }
}

/** With the change comes its own mark, which raises a delivery by one: what comes beside it is pushed by the engine. */
function recordOf(future: Scope, arrived: readonly Arrived[]) {
  const now = atPresent(future)
  return arrived.flatMap(({ row, arrival }) => arrivalStatements(now, row, arrival, row.generation + 1))
}

type Ready = Awaited<ReturnType<typeof prepare>>

/** All that needs no target. */
async function prepare(future: Scope, { row, ahead }: Held) {
  const open = await openTarget(future, { targets: new Map(), readings: new Map() }, row.connectorId)
  if (!open) throw new NotPushed(503, `${ahead.connection}, ${ahead.connector} was changed just now: try again.`, 1)
  const { situation, missing } = await readSituation(future, row, open)
  const plan = planDelivery(situation)
  if (isRemoval(plan)) {
    const removals = await findRemovals(atPresent(future), row.connectorId)
    demandFew(ahead, removals, open.target.settings.deletionGuard)
  }
  return { target: open.target, situation, missing, plan, probe: await takeTurn(atPresent(future), ahead) }
}

/** Throws what the target's refusal is to the caller, after it was recorded. */
async function send(future: Scope, patient: Platform, { row, ahead }: Held, ready: Ready): Promise<Arrival> {
  const { target, situation, missing, plan, probe } = ready
  const attempts: Attempt[] = []
  const record = (one: Attempt) => void attempts.push(one)
  const decision = decisionOf(plan)
  // It is told as the change that it is going to be (recordOf), and not as the one that waits already.
  const resource = resourceOf(future, { ...row, generation: row.generation + 1 }, target)
  const pushed = await deliver(patient, target, resource, plan, record)
  const outcome = pushed.kind === 'forbidden' ? await weigh(patient, target, pushed, record) : pushed
  const after = atPresent(future)
  const last = { status: attempts.at(-1)?.status, requests: attempts.length, isProbe: probe !== undefined, inARow: 0 }
  const lane = newLane({ ...ahead, tenantId: future.tenantId })
  // What a caller is told at once counts for no quarantine: nothing waits to be tried again.
  const reason = outcome.kind === 'done' ? '' : outcome.error
  const heard = { isWell: outcome.kind === 'done', refused: undefined, reason, probe, random: randomFraction() }
  const follow = heed(after, lane, row, signOf(outcome, last), heard)
  tell(after, row, ahead, outcome)
  if (outcome.kind !== 'done') {
    const setBackAt = mayHaveDone(attempts, outcome) ? nextAttempt(after.now, row, randomFraction()) : undefined
    await recordRefusal(after, row, { error: outcome.error, attempts, decision, setBackAt, follow })
    if (setBackAt) await after.platform.wake({ tenantId: after.tenantId })
    throw refusedBy(ahead, outcome)
  }
  return {
    remoteId: plan.kind === 'nothing' ? situation.ledger?.remoteId : outcome.remoteId,
    sent: sentAfter(situation),
    attempts,
    decision,
    follow: [
      ...(await followUp(future, row, outcome.created, missing)),
      ...follow,
      ...(isRemoval(plan) ? countRemoval(after, row) : []),
    ],
  }
}

/** If even that fails, the leases end by themselves. */
async function abandonAll(future: Scope, arrived: readonly Arrived[]): Promise<void> {
  if (arrived.length === 0) return
  const scope = atPresent(future)
  const { log } = scope.platform
  for (const { row, arrival } of arrived) {
    await recordAbandoned(scope, row, arrival).catch((error: unknown) =>
      log.error('delivery not recorded', { tenantId: scope.tenantId, deliveryId: row.id, error }),
    )
  }
  await scope.platform.wake({ tenantId: scope.tenantId })
}

function tell(scope: Scope, row: Claimed, { connection, connector }: Ahead, outcome: PushOutcome): void {
  const { log } = scope.platform
  const { id: deliveryId, resourceType, resourceId } = row
  const facts = { tenantId: scope.tenantId, connection, connector, deliveryId, resourceType, resourceId }
  if (outcome.kind === 'done') log.info('delivered first', facts)
  else log.warn('refused first', { ...facts, outcome: outcome.kind, error: outcome.error })
}
