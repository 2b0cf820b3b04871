/** The outbound consumer: claims what is due, has it pushed, and goes on until nothing is due. The entries call it. */
import { whenQuiet } from '../db/when-quiet.ts'
import { StaleRow } from '../db/open.ts'
import { randomFraction } from '../core/random.ts'
import type { Platform, Scope, Tenant } from '../platform.ts'
import { findTenant } from '../tenancy/queries.ts'
import { scopeOf } from '../tenancy/resolve.ts'
import { attempt, type Attempts } from './attempt.ts'
import { nextAttempt } from './backoff.ts'
import { type Claimed, claimDeliveries, recordFailure, releaseDelivery } from './commands.ts'
import { keepHouse } from './house.ts'
import { beginNotices } from './notices/begin.ts'
import { cutBy } from './push.ts'
import { findNextDue, LEASE_MS, listDue } from './queries.ts'
import { type Reconciling, reconcileDue } from './reconcile/advance.ts'
import { advanceSyncs } from './sync/advance.ts'
import { type Probe, takeProbe } from './target/commands.ts'
import {
  emptyLane,
  endTurn,
  fillLanes,
  isEmpty,
  type Lane,
  type Lanes,
  type Limits,
  takeTurn,
  type Turn,
} from './target/lanes.ts'

/** So many deliveries of one target are listed at once. */
const SHARE = 500
const LIMITS: Limits = { perTarget: 16, atOnce: 64 }
/** While targets take their time, it is looked this often whether something became due for others. */
const LOOK_MS = 1000

export type Options = Partial<Limits> & {
  readonly random?: () => number
  /** Once true, nothing more is begun: what is under way ends, and another process goes on. */
  readonly isStopped?: () => boolean
  /** Aborted, the requests under way are cut short, and their deliveries handed over as they stand. */
  readonly signal?: AbortSignal
}

/** What one run of the consumer knows. */
type Run = Omit<Attempts, 'readings'> & {
  readonly platform: Platform
  readonly limits: Limits
  readonly lanes: Lanes
  readonly isStopped: () => boolean
  readonly tenants: Map<string, Promise<Tenant | undefined>>
  /** Which reconciliations go on beside the deliveries. */
  readonly reconciling: Reconciling['underWay']
  underWay: number
  /** How many attempts have come to their end: what they made due is not listed yet. */
  ended: number
  /** The database failed: nothing more is begun. */
  fault: { readonly error: unknown } | undefined
  /** Called when a delivery has ended. */
  onEnd(): void
}

/** Delivers all that is due, of every tenant; answers when the next delivery is due, undefined if none waits. */
export async function deliverDue(platform: Platform, options: Options = {}): Promise<Date | undefined> {
  const run = beginRun(platform, options)
  if (!run.isStopped()) await keepHouse(platform, run.random())
  for (;;) {
    const { ended } = run
    const isSyncing = await advanceSyncs(platform, run.isStopped)
    const notices = await beginNotices({ ...run, momentOf: (id) => momentOf(run, id) })
    for (const sending of notices.sending) beside(run, sending)
    await reconcileBeside(run)
    if (!run.isStopped()) fillLanes(run.lanes, await listDue(platform.db, platform.now(), SHARE), SHARE)
    await deliverUntilLook(run)
    if (run.underWay > 0) continue
    if (run.fault) throw run.fault.error
    if (run.isStopped() || (run.ended === ended && !isSyncing && notices.sending.length === 0))
      return earlier(await findNextDue(platform.db), notices.next)
  }
}

function beginRun(platform: Platform, options: Options): Run {
  const { random = randomFraction, isStopped = () => false, signal, ...limits } = options
  return {
    platform: signal ? cutBy(platform, signal) : platform,
    random,
    isStopped: () => signal?.aborted === true || isStopped(),
    signal,
    limits: { ...LIMITS, ...limits },
    lanes: new Map(),
    tenants: new Map(),
    reconciling: new Set(),
    targets: new Map(),
    underWay: 0,
    ended: 0,
    fault: undefined,
    onEnd: () => undefined,
  }
}

/** Sends what is in the lanes, and comes back when more may be due: a lane has run dry, or some time went by. */
async function deliverUntilLook(run: Run): Promise<void> {
  let isTime = false
  const timer = setTimeout(() => {
    isTime = true
    run.onEnd()
  }, LOOK_MS)
  try {
    do {
      for (const [lane, turns] of nextTurns(run)) begin(run, lane, turns)
      if (run.underWay === 0) return
      const { promise, resolve } = Promise.withResolvers<void>()
      // The successors of what comes to its end at once are claimed together, and that is committed with what is recorded
      // of it.
      let ends = 0
      run.onEnd = () => {
        ends++
        if (ends === 1) whenQuiet(() => ends, resolve)
      }
      await promise
    } while (!isTime && !isDry(run))
  } finally {
    clearTimeout(timer)
  }
}

/** What may be begun now, by lane: what goes together is claimed together. */
function nextTurns(run: Run): Map<Lane, Turn[]> {
  const turns: Turn[] = []
  if (run.fault || run.isStopped()) return new Map()
  for (let turn = takeTurn(run.lanes, run.limits); turn; turn = takeTurn(run.lanes, run.limits)) turns.push(turn)
  return Map.groupBy(turns, ({ lane }) => lane)
}

function isDry({ lanes, fault, isStopped }: Run): boolean {
  return !fault && !isStopped() && [...lanes.values()].some((lane) => lane.hasMore && isEmpty(lane))
}

/** Not waited for: what is due goes out meanwhile. */
function beside(run: Run, work: Promise<void>): void {
  run.underWay++
  void work
    .catch((error: unknown) => void (run.fault ??= { error }))
    .finally(() => {
      run.underWay--
      run.onEnd()
    })
}

function earlier(a: Date | undefined, b: Date | undefined): Date | undefined {
  return a && b ? new Date(Math.min(a.getTime(), b.getTime())) : (a ?? b)
}

/** What they find may be repaired by deliveries, which are listed when they have ended, at the latest. */
async function reconcileBeside(run: Run): Promise<void> {
  const { platform, random, isStopped, reconciling: underWay } = run
  const begun = await reconcileDue({ platform, random, isStopped, underWay, momentOf: (id) => momentOf(run, id) })
  for (const work of begun)
    beside(
      run,
      work.finally(() => run.ended++),
    )
}

/** Not waited for: those of another target go meanwhile. */
function begin(run: Run, lane: Lane, turns: readonly Turn[]): void {
  run.underWay += turns.length
  const ids = turns.map(({ id }) => id)
  const claimed = claim(run, lane, ids)
  const readings: Attempts['readings'] = new Map()
  for (const turn of turns) {
    const end = onlyOnce(() => endTurn(turn))
    // While users wait no group does for the last of them, which has to be written down before.
    const onArrival = () => void (lane.users.length > 0 && (end(), run.onEnd()))
    void claimed
      .then(({ moment, rows }) => moment && deliverOne(run, moment, lane, rows.get(turn.id), { readings, onArrival }))
      .catch((error: unknown) => void (run.fault ??= { error }))
      .finally(() => {
        run.underWay--
        end()
        run.onEnd()
      })
  }
}

function onlyOnce(run: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    run()
  }
}

/** A scope of the present moment; undefined for a tenant that is gone. */
async function momentOf(run: Run, tenantId: string): Promise<(() => Scope) | undefined> {
  const { platform } = run
  const reading = run.tenants.get(tenantId) ?? findTenant(platform.db, tenantId)
  run.tenants.set(tenantId, reading)
  const tenant = await reading
  return tenant && (() => scopeOf(platform, tenant))
}

async function claim(run: Run, { tenantId }: Lane, ids: readonly string[]) {
  const moment = await momentOf(run, tenantId)
  const rows = moment ? await claimDeliveries(moment(), ids) : []
  return { moment, rows: new Map(rows.map((row) => [row.id, row])) }
}

async function deliverOne(
  run: Run,
  moment: () => Scope,
  lane: Lane,
  row: Claimed | undefined,
  { readings, onArrival }: Pick<Attempts, 'readings'> & { readonly onArrival: () => void },
): Promise<void> {
  if (!row) return
  const probe = row.waitedUntil === null ? undefined : await probeFirst(moment(), lane, row, row.waitedUntil)
  if (probe === 'taken') return
  try {
    await attempt({ ...run, readings }, moment, lane, row, probe, onArrival)
  } catch (error) {
    if (!(error instanceof StaleRow)) await recordFault(moment(), row, run.random(), error)
  } finally {
    run.ended++
  }
}

/** After a wait one delivery of all processes goes alone, to see whether the target answers. */
async function probeFirst(scope: Scope, lane: Lane, row: Claimed, waitedUntil: number): Promise<Probe | 'taken'> {
  const until = new Date(scope.now.getTime() + LEASE_MS)
  const probe = await takeProbe(scope, row.connectorId, new Date(waitedUntil), until)
  lane.isProbed = true
  if (probe) return probe
  emptyLane(lane)
  await releaseDelivery(scope, row)
  return 'taken'
}

/** A fault of ours, such as secrets that another MASTER_KEY sealed. If not even that can be recorded, the lease ends. */
async function recordFault(scope: Scope, row: Claimed, random: number, error: unknown): Promise<void> {
  const { log } = scope.platform
  log.error('delivery not possible', { tenantId: scope.tenantId, deliveryId: row.id, error })
  const words = 'This server could not make the delivery; its log says why.'
  const nextAttemptAt = nextAttempt(scope.now, row, random)
  const failure = { state: 'retrying', error: words, nextAttemptAt, attempts: [], decision: '', follow: [] } as const
  await recordFailure(scope, row, failure).catch((cause: unknown) =>
    log.error('delivery not recorded', { deliveryId: row.id, error: cause }),
  )
}
