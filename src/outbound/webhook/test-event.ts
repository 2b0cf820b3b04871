/** An event that tells nothing: whether the receiver is there, and takes our signature. */
import { newId } from '../../core/ids.ts'
import type { WebhookSettings } from '../../db/schema.ts'
import type { Platform } from '../../platform.ts'
import { PushFailure } from '../outcome.ts'
import { type Answer, type Call, callerOf, type Target } from '../push.ts'
import { demandHeard } from './answers.ts'

export function sendTest(call: Call, now: Date, { url }: WebhookSettings): Promise<Answer> {
  const event = { type: 'webhook.test', timestamp: now.toISOString(), data: {} }
  return call('POST', url, event, `msg_test_${newId()}`)
}

export type TestResult = {
  readonly heard: boolean
  /** Undefined if no answer came. */
  readonly status?: number | undefined
  readonly error?: string | undefined
}

/** Sends it now and answers what came of it; it stands in no log. */
export async function testWebhook(
  platform: Platform,
  settings: WebhookSettings,
  secrets: Target['secrets'],
): Promise<TestResult> {
  const call = callerOf(platform, { settings, secrets }, () => undefined)
  let status: number | undefined
  try {
    const answer = await sendTest(call, platform.now(), settings)
    status = answer.status
    demandHeard(answer)
    return { heard: true, status }
  } catch (error) {
    if (!(error instanceof PushFailure) || error.outcome.kind === 'done') throw error
    return { heard: false, status, error: error.outcome.error }
  }
}
