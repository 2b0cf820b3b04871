/** Tells applications that a session has ended: OpenID Connect Back-Channel Logout 1.0. */
import { findApplication } from '../../applications/queries.ts'
import { issueLogoutToken } from '../../oidc/logout/token.ts'
import type { Platform, Scope } from '../../platform.ts'
import type { PendingNotice } from '../notices/queries.ts'
import { claimLogout, type LogoutRow, postponeLogout, removeLogout } from './commands.ts'
import { postLogoutToken } from './push.ts'

/** How long it is waited after each failure, in seconds; after one more it is given up. */
const WAITS = [5, 30, 2 * 60, 10 * 60, 60 * 60]

export async function sendLogout(
  platform: Platform,
  pending: PendingNotice,
  momentOf: (tenantId: string) => Promise<(() => Scope) | undefined>,
): Promise<void> {
  const { db, log } = platform
  const row = await claimLogout(db, platform.now(), pending)
  if (!row) return
  const moment = await momentOf(row.tenantId)
  const sent = moment && (await send(moment(), platform, row))
  // The tenant is gone, or the application, or it does not want to be told any more.
  if (!sent) return removeLogout(db, row)
  const facts = { tenantId: row.tenantId, clientId: sent.clientId, attempt: row.attempts }
  if (sent.error === undefined) {
    await removeLogout(db, row)
    return log.info('logout delivered', facts)
  }
  const wait = WAITS[row.attempts - 1]
  if (wait === undefined) {
    await removeLogout(db, row)
    return log.error('logout given up', { ...facts, error: sent.error })
  }
  await postponeLogout(db, row, new Date(platform.now().getTime() + wait * 1000))
  log.warn('logout failed', { ...facts, error: sent.error })
}

/** `platform` is the one of this run, whose requests can be cut short; each attempt makes a token of its own. */
async function send(scope: Scope, platform: Platform, row: LogoutRow) {
  const application = await findApplication(scope, row.applicationId)
  const url = application?.clientMetadata.backchannelLogoutUri
  if (!application || url === undefined) return undefined
  const { clientId } = application
  try {
    const token = await issueLogoutToken(scope, application, row)
    return { clientId, error: await postLogoutToken(platform, url, token) }
  } catch (error) {
    // A fault of ours, such as keys that another MASTER_KEY sealed: deliveries go on beside it.
    platform.log.error('logout token not possible', { tenantId: row.tenantId, error })
    return { clientId, error: 'this server could not make the token; its log says why' }
  }
}
