/** Tells tenants of trouble with their connectors, beside the deliveries: by the same signed webhook, and until heard. */
import {
  type Alert,
  type AlertSettings,
  findAlertSettings,
  openAlertSecrets,
} from '../../connections/alerts/queries.ts'
import type { Platform } from '../../platform.ts'
import { nextAttempt } from '../backoff.ts'
import type { PendingNotice } from '../notices/queries.ts'
import { PushFailure } from '../outcome.ts'
import { callerOf } from '../push.ts'
import { demandHeard } from '../webhook/answers.ts'
import { type TestResult, testWebhook } from '../webhook/test-event.ts'
import { type AlertEnd, claimAlert, recordAlert } from './commands.ts'

/** Somebody waits for it: never longer than that. */
const LONGEST_DELAY_MS = 15 * 60_000
/** After so long it is no news. */
const LADDER_MS = 7 * 24 * 3_600_000

export async function sendAlert(platform: Platform, pending: PendingNotice, random: () => number): Promise<void> {
  const alert = await claimAlert(platform.db, platform.now(), pending)
  if (!alert) return
  const end = await push(platform, alert, random)
  await recordAlert(platform.db, platform.now(), alert, end)
  const { tenantId, type, attempts } = alert
  const facts = { tenantId, alertId: alert.id, type, attempt: attempts }
  if (end.lastError === null) platform.log.info('alert delivered', facts)
  else platform.log.warn('alert failed', { ...facts, error: end.lastError })
}

async function push(platform: Platform, alert: Alert, random: () => number): Promise<AlertEnd> {
  const { tenantId, id, type, data, created } = alert
  const row = await findAlertSettings({ db: platform.db, tenantId })
  if (!row) return { state: 'dead', nextAttemptAt: null, lastError: 'No address is set for alerts any more.' }
  try {
    const call = callerOf(platform, await targetOf(platform, row), () => undefined)
    const event = { type, timestamp: created.toISOString(), data }
    const answer = await call('POST', row.url, event, `msg_${id}`)
    // As Standard Webhooks has it: the receiver wants no more. Of what happens next it is told all the same.
    if (answer.status === 410) return { state: 'dead', nextAttemptAt: null, lastError: `${answer.request}: 410` }
    demandHeard(answer)
    return { state: 'delivered', nextAttemptAt: null, lastError: null }
  } catch (error) {
    return failed(platform, alert, random, error)
  }
}

/** Sends a test event to where a tenant's alerts go, and answers what came of it. */
export async function testAlerts(platform: Platform, row: AlertSettings): Promise<TestResult> {
  const { settings, secrets } = await targetOf(platform, row)
  return testWebhook(platform, settings, secrets)
}

async function targetOf(platform: Platform, row: AlertSettings) {
  const settings = { type: 'webhook', url: row.url, groups: false } as const
  return { settings, secrets: await openAlertSecrets(platform, row) }
}

function failed(platform: Platform, alert: Alert, random: () => number, error: unknown): AlertEnd {
  const now = platform.now()
  if (!(error instanceof PushFailure)) platform.log.error('alert not possible', { tenantId: alert.tenantId, error })
  const outcome = error instanceof PushFailure ? error.outcome : undefined
  const lastError =
    outcome && outcome.kind !== 'done' ? outcome.error : 'This server could not send it; its log says why.'
  if (now.getTime() - alert.created.getTime() >= LADDER_MS) return { state: 'dead', nextAttemptAt: null, lastError }
  const asked = outcome?.kind === 'retry' ? outcome.retryAfterMs : 0
  const planned = nextAttempt(now, alert, random(), asked)
  const nextAttemptAt = new Date(Math.min(planned.getTime(), now.getTime() + LONGEST_DELAY_MS))
  return { state: 'pending', nextAttemptAt, lastError }
}
