/** How a change of the directory is made: its rows and those of the outbox in one batch, so that no push is forgotten. */
import { runGuardedBatch, type Statement } from '../db/open.ts'
import type { Scope, Touched } from '../platform.ts'
import { demandNobodyFirst, isRehearsed, isToBePushedFirst, REHEARSED } from './ahead/commands.ts'
import { type Future, inFuture, mergeFutures } from './ahead/future.ts'
import type { Origin } from './outbox.ts'

/** Statements of one command: others may join theirs before it is committed. */
export type Change = {
  /** Rows of the outbox for those of whom only what the writes take away tells that they are concerned. */
  readonly leavers?: readonly Statement[]
  readonly writes: readonly Statement[]
  /** What refers to rows that the writes make, also those of other changes in the same batch. */
  readonly links?: readonly Statement[]
  readonly outbox: readonly Statement[]
  /** Of users and groups: what targets may have to be told first. */
  readonly ahead?: Ahead
}

export type Ahead = {
  readonly origin: Origin
  readonly touched: readonly Touched[]
  /** How they are going to be; asked only if a target has to be told first. */
  future(): Future | Promise<Future>
}

/** Several changes of one origin as one, of which all are made or none. */
export function together(changes: readonly Change[]): Change {
  const aheads = changes.flatMap(({ ahead = [] }) => ahead)
  const [first] = aheads
  return {
    leavers: changes.flatMap(({ leavers = [] }) => leavers),
    writes: changes.flatMap(({ writes }) => writes),
    links: changes.flatMap(({ links = [] }) => links),
    outbox: changes.flatMap(({ outbox }) => outbox),
    ...(first && {
      ahead: {
        origin: first.origin,
        touched: aheads.flatMap(({ touched }) => touched),
        future: async () => mergeFutures(await Promise.all(aheads.map(({ future }) => future()))),
      },
    }),
  }
}

/**
 * Runs a change as one batch, and then wakes the outbound consumer if any connector has to hear of it. The targets of
 * blocking provisioners hear of it before: throws ScimError 502 with the words of one that refuses, and 503 if one
 * cannot be asked now; then nothing was changed.
 */
export async function commit(scope: Scope, change: Change): Promise<void> {
  if (await commitUnlessFirst(scope, change)) return
  const { ahead } = change
  if (!ahead) return
  const pushed = await scope.platform.pushAhead({
    future: inFuture(scope, await ahead.future()),
    touched: ahead.touched,
    origin: ahead.origin,
    rehearse: () => rehearse(scope, change),
  })
  try {
    await run(scope, change, pushed.record)
  } catch (error) {
    await pushed.abandon()
    throw error
  }
}

/** The same; false if a target has to hear of it before, and then nothing was done. */
export async function commitUnlessFirst(scope: Scope, change: Change): Promise<boolean> {
  const { ahead } = change
  try {
    await run(scope, change, ahead ? [demandNobodyFirst(scope, ahead.touched, ahead.origin)] : [])
    return true
  } catch (error) {
    if (ahead && isToBePushedFirst(error)) return false
    throw error
  }
}

async function run(scope: Scope, change: Change, last: readonly Statement[]): Promise<void> {
  const { leavers = [], writes, links = [], outbox } = change
  const results = await runGuardedBatch(scope.db, [...leavers, ...writes, ...links, ...outbox, ...last])
  const first = leavers.length + writes.length + links.length
  const queued = [...results.slice(0, leavers.length), ...results.slice(first, first + outbox.length)]
  if (queued.some((result) => result.rowsAffected > 0)) await scope.platform.wake({ tenantId: scope.tenantId })
}

/** Throws what the change would fail by, at this moment; nothing is done either way. */
async function rehearse(scope: Scope, change: Change): Promise<void> {
  try {
    await run(scope, change, [REHEARSED])
  } catch (error) {
    if (!isRehearsed(error)) throw error
  }
}
