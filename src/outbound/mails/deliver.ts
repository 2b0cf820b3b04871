/** Sends what waits in the mail outbox. */
import { openOrder } from '../../mail/commands.ts'
import { composeMail } from '../../mail/compose.ts'
import { discardLink } from '../../mail/links/commands.ts'
import type { Platform, Scope } from '../../platform.ts'
import type { PendingNotice } from '../notices/queries.ts'
import { claimMail, type MailRow, postponeMail, removeMail } from './commands.ts'

/** How long it is waited after each failure, in seconds; after one more it is given up. */
const WAITS = [5, 30, 2 * 60, 10 * 60, 60 * 60, 4 * 60 * 60]

export async function sendMail(
  platform: Platform,
  pending: PendingNotice,
  momentOf: (tenantId: string) => Promise<(() => Scope) | undefined>,
): Promise<void> {
  const { db, log } = platform
  const row = await claimMail(db, platform.now(), pending)
  if (!row) return
  const moment = await momentOf(row.tenantId)
  const error = moment && (await send(moment(), row))
  const facts = { tenantId: row.tenantId, mail: row.id, attempt: row.attempts }
  if (error === undefined) return removeMail(db, row)
  const wait = WAITS[row.attempts - 1]
  if (wait === undefined) {
    await removeMail(db, row)
    return log.error('mail given up', { ...facts, error })
  }
  await postponeMail(db, row, new Date(platform.now().getTime() + wait * 1000))
  log.warn('mail failed', { ...facts, error })
}

/** What went wrong, in words without the mail's; undefined if it was handed over, or nobody is to be told anything. */
async function send(scope: Scope, row: MailRow): Promise<string | undefined> {
  const { platform, tenantId } = scope
  const facts = { tenantId, mail: row.id }
  let token: string | undefined
  try {
    const order = await openOrder(scope, row)
    const composed = await composeMail(scope, order)
    if (composed.kind === 'none') {
      platform.log.info('no mail', { ...facts, about: order.kind, why: composed.why })
      return undefined
    }
    const { kind: _kind, token: made, ...message } = composed
    token = made
    await platform.mail({ id: row.id, ...message })
    platform.log.info('mail sent', { ...facts, about: order.kind })
    return undefined
  } catch (error) {
    if (token !== undefined) await discardLink(scope, token)
    // What a server says of a mail often names whom it is to.
    return error instanceof Error ? error.message.replace(/[^\s<]+@[^\s>]+/g, '(an address)') : 'it was not taken'
  }
}
