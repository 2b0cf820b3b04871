/** How a change of the directory is made: its rows and those of the outbox in one batch, so that no push is forgotten. */
import { runGuardedBatch, type Statement } from '../db/open.ts'
import type { Scope } from '../platform.ts'

/** Statements of one command: others may join theirs before it is committed. */
export type Change = {
  /** Rows of the outbox for those of whom only what the writes take away tells that they are concerned. */
  readonly leavers?: readonly Statement[]
  readonly writes: readonly Statement[]
  /** What refers to rows that the writes make, also those of other changes in the same batch. */
  readonly links?: readonly Statement[]
  readonly outbox: readonly Statement[]
}

/** Several changes as one, of which all are made or none. */
export function together(changes: readonly Change[]): Change {
  return {
    leavers: changes.flatMap(({ leavers = [] }) => leavers),
    writes: changes.flatMap(({ writes }) => writes),
    links: changes.flatMap(({ links = [] }) => links),
    outbox: changes.flatMap(({ outbox }) => outbox),
  }
}

/** Runs a change as one batch, and then wakes the outbound consumer if any connector has to hear of it. */
export async function commit(scope: Scope, { leavers = [], writes, links = [], outbox }: Change): Promise<void> {
  const results = await runGuardedBatch(scope.db, [...leavers, ...writes, ...links, ...outbox])
  const queued = [...results.slice(0, leavers.length), ...results.slice(leavers.length + writes.length + links.length)]
  if (queued.some((result) => result.rowsAffected > 0)) await scope.platform.wake({ tenantId: scope.tenantId })
}
