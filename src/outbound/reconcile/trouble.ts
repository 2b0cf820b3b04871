/** What becomes of a reconciliation whose page could not be read. */
import type { ConnectorRow } from '../../connections/queries.ts'
import type { ReconciliationPosition } from '../../db/schema.ts'
import type { Scope } from '../../platform.ts'
import { afterRetryAfter, nextAttempt } from '../backoff.ts'
import { PushFailure } from '../outcome.ts'
import { holdTarget } from '../target/commands.ts'
import { recordTrouble, type Trouble, type Turn } from './commands.ts'
import { countOf, CursorLost, isTooLarge } from './page.ts'

/** One page is tried so often, over some hours; then it is given up, and the next one is begun by the schedule. */
const MOST_ATTEMPTS = 12

export async function recordFailedPage(
  scope: Scope,
  turn: Turn,
  connector: ConnectorRow,
  error: unknown,
  random: number,
): Promise<void> {
  const trouble = troubleOf(scope, turn, error, random)
  const { log } = scope.platform
  const cause = error instanceof PushFailure ? trouble.error : error
  const facts = { tenantId: scope.tenantId, connectorId: connector.id, error: cause }
  if (trouble.nextAt) log.warn('page not reconciled', facts)
  else log.error('reconciliation given up', facts)
  await recordTrouble(scope, turn, connector, trouble)
}

function troubleOf(scope: Scope, turn: Turn, error: unknown, random: number): Trouble {
  const { now } = scope
  if (isTooLarge(error) && turn.phase !== 'missing') return smaller(scope, turn, messageOf(error))
  const attempts = turn.attempts + 1
  const isOver = attempts >= MOST_ATTEMPTS
  const again = nextAttempt(now, { attempts }, random)
  if (error instanceof CursorLost) {
    const error = 'The target does not know its cursor any more: this part is begun again.'
    return { error, attempts, nextAt: isOver ? undefined : again, ...restarted(turn), follow: [] }
  }
  if (!(error instanceof PushFailure)) {
    const words = 'This server could not compare the page; its log says why.'
    return { error: words, attempts, nextAt: isOver ? undefined : again, follow: [] }
  }
  const { outcome } = error
  const words = messageOf(error)
  if (outcome.kind !== 'down' && outcome.kind !== 'retry') {
    return { error: words, attempts, nextAt: undefined, follow: [] }
  }
  const retryAfterMs = outcome.kind === 'retry' ? outcome.retryAfterMs : 0
  // It asks for it of everybody, not of this alone.
  const hold = retryAfterMs > 0 ? [holdTarget(scope, turn.connectorId, afterRetryAfter(now, retryAfterMs))] : []
  return {
    error: words,
    attempts,
    nextAt: isOver ? undefined : nextAttempt(now, { attempts }, random, retryAfterMs),
    follow: hold,
  }
}

/** Half as many at once. By cursor all that is asked has to stay as it was, so that the part is begun again. */
function smaller(scope: Scope, turn: Turn, error: string): Trouble {
  const { position, attempts } = turn
  const type = turn.phase === 'Group' ? 'Group' : 'User'
  const count = countOf(type, position)
  const go = { error, attempts, nextAt: scope.now, follow: [] }
  if (count > 1) {
    const half = Math.ceil(count / 2)
    return position.byCursor ? withCount(go, turn, half) : { ...go, position: { ...position, count: half } }
  }
  if (position.byCursor) return { ...go, nextAt: undefined }
  // One alone is too long: it is passed over, and the others are not held up.
  const counts = { ...turn.counts, seen: turn.counts.seen + 1, unread: turn.counts.unread + 1 }
  return { ...go, position: { ...position, startIndex: (position.startIndex ?? 1) + 1 }, counts }
}

function withCount(go: Trouble, turn: Turn, count: number): Trouble {
  const again = restarted(turn)
  return { ...go, ...again, position: { ...again.position, count } }
}

function restarted({
  position,
  counts,
}: Turn): Pick<Trouble, 'position' | 'counts'> & { position: ReconciliationPosition } {
  const { byCursor, count, before } = position
  return {
    position: { ...(byCursor === undefined ? {} : { byCursor }), ...(count === undefined ? {} : { count }) },
    counts: before ?? counts,
  }
}

function messageOf(error: unknown): string {
  const outcome = error instanceof PushFailure ? error.outcome : undefined
  return outcome && outcome.kind !== 'done' ? outcome.error : String(error)
}
