/** The whole directory on its way to a target, page by page, beside the deliveries that it makes. */
import type { Platform } from '../../platform.ts'
import { markPage, type PageEnd } from './commands.ts'
import { findPage, listRunningSyncs, type Moment, type RunningSync } from './queries.ts'

/** So many users or groups are looked at in one statement. */
const PAGE = 500
/** While so many deliveries of a connector are on their way, no more are made: the outbox stays small. */
const MOST_WAITING = 2000

/** Marks the next page of each sync that is under way and has room; answers whether any of them went on. */
export async function advanceSyncs(platform: Platform, isStopped = () => false): Promise<boolean> {
  let wentOn = false
  if (isStopped()) return wentOn
  for (const sync of await listRunningSyncs(platform.db, MOST_WAITING)) {
    if (isStopped()) break
    const moment = { db: platform.db, tenantId: sync.tenantId, now: platform.now() }
    try {
      if (await advance(moment, sync)) wentOn = true
    } catch (error) {
      // It stands where it stood; the deliveries of everybody else go on.
      const { tenantId, connectorId } = sync
      platform.log.error('sync not possible', { tenantId, connectorId, error })
    }
  }
  return wentOn
}

async function advance(moment: Moment, sync: RunningSync): Promise<boolean> {
  const { lastId, size } = await findPage(moment, sync, PAGE)
  return markPage(moment, sync, { lastId, size, next: behind(sync, lastId, size) })
}

/** Users first, whom a group names as its members; a page that is not full is the last one of its phase. */
function behind({ phase }: RunningSync, lastId: string, size: number): PageEnd['next'] {
  if (size === PAGE) return { state: 'running', phase, afterId: lastId }
  return phase === 'User'
    ? { state: 'running', phase: 'Group', afterId: '' }
    : { state: 'done', phase, afterId: lastId }
}
