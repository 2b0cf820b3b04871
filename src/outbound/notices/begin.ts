/** What tenants and applications are told beside the deliveries, until they have heard it: alerts, logout tokens and mail. */
import { unreachable } from '../../core/errors.ts'
import type { Platform, Scope } from '../../platform.ts'
import { sendAlert } from '../alerts/deliver.ts'
import { sendLogout } from '../logouts/deliver.ts'
import { sendMail } from '../mails/deliver.ts'
import { listPendingNotices, type PendingNotice } from './queries.ts'

type Run = {
  readonly platform: Platform
  readonly random: () => number
  readonly isStopped: () => boolean
  readonly momentOf: (tenantId: string) => Promise<(() => Scope) | undefined>
}

/** Begins to send what is due; `next` is when more will be. */
export async function beginNotices(
  run: Run,
): Promise<{ readonly sending: readonly Promise<void>[]; readonly next: Date | undefined }> {
  const { platform, random, isStopped, momentOf } = run
  if (isStopped()) return { sending: [], next: undefined }
  const pending = await listPendingNotices(platform.db)
  const isDue = ({ nextAttemptAt }: PendingNotice) => nextAttemptAt <= platform.now().getTime()
  const first = pending.find((one) => !isDue(one))
  return {
    sending: pending.filter(isDue).map((one) => {
      switch (one.kind) {
        case 'alert':
          return sendAlert(platform, one, random)
        case 'logout':
          return sendLogout(platform, one, momentOf)
        case 'mail':
          return sendMail(platform, one, momentOf)
        default:
          return unreachable(one.kind)
      }
    }),
    next: first && new Date(first.nextAttemptAt),
  }
}
