/** Reconciliations, each page by page beside the deliveries: a target that takes its time holds up nobody else. */
import { findConnection, findConnector, openConnectorSecrets } from '../../connections/queries.ts'
import { StaleRow } from '../../db/open.ts'
import type { Platform, Scope } from '../../platform.ts'
import { takePage } from './look.ts'
import { beginScheduled, releaseTurn, takeTurn, type Turn } from './commands.ts'
import { listDueReconciliations } from './queries.ts'
import { recordFailedPage } from './trouble.ts'

/** So many go on at once in a process: each holds a page. */
const AT_ONCE = 4

export type Reconciling = {
  readonly platform: Platform
  /** A scope of the present moment; undefined for a tenant that is gone. */
  momentOf(tenantId: string): Promise<(() => Scope) | undefined>
  /** From 0 up to 1. */
  random(): number
  isStopped(): boolean
  /** Which are under way in this process. */
  readonly underWay: Set<string>
}

/** Begins or goes on with what is due, and answers the work that it began. It ends where nothing more can be done now. */
export async function reconcileDue(run: Reconciling): Promise<Promise<void>[]> {
  const room = AT_ONCE - run.underWay.size
  if (room <= 0 || run.isStopped()) return []
  const due = await listDueReconciliations(run.platform.db, run.platform.now(), AT_ONCE)
  return due.flatMap(({ tenantId, connectorId }) => {
    const key = JSON.stringify([tenantId, connectorId])
    if (run.underWay.has(key) || run.underWay.size >= AT_ONCE) return []
    run.underWay.add(key)
    return [goOn(run, tenantId, connectorId).finally(() => void run.underWay.delete(key))]
  })
}

async function goOn(run: Reconciling, tenantId: string, connectorId: string): Promise<void> {
  const moment = await run.momentOf(tenantId)
  while (moment && !run.isStopped()) {
    const turn = await takeTurn(moment(), connectorId)
    if (!turn) return
    await goOnce(run, moment, turn).catch((error: unknown) => {
      // Stopped, or another process has gone on.
      if (!(error instanceof StaleRow)) throw error
    })
  }
}

async function goOnce(run: Reconciling, moment: () => Scope, turn: Turn): Promise<void> {
  const scope = moment()
  const connector = await findConnector(scope, turn.connectorId)
  const connection = connector && (await findConnection(scope, connector.connectionId))
  if (!connector || !connection) return
  if (turn.state !== 'running') return beginScheduled(scope, turn, connector)
  try {
    const secrets = await openConnectorSecrets(scope, connector)
    await takePage(moment, turn, { connection, connector, secrets })
  } catch (error) {
    if (error instanceof StaleRow) throw error
    // It may have been cut short because this process ends: another one asks for the page again.
    if (run.isStopped()) return releaseTurn(moment(), turn)
    await recordFailedPage(moment(), turn, connector, error, run.random())
  }
}
