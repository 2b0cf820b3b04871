/** What a signed webhook can be told (Standard Webhooks), and its secrets. */
import { z } from 'zod'
import { isSigningSecret, newSigningSecret } from '../../core/signing-secret.ts'
import type { SigningSecrets, WebhookSettings } from '../../db/schema.ts'
import { endpoint } from '../fields.ts'
import { sharedInput } from './shared.ts'
import { sharedSettings, type Split } from './split.ts'

export const signingSecret = z
  .string()
  .trim()
  .refine(isSigningSecret, 'Give whsec_ and 24 to 64 bytes in base64, as Standard Webhooks has it.')

export const webhookInput = z.object({
  type: z.literal('webhook'),
  ...sharedInput,
  url: endpoint,
  /** Absent: the present one stays; a new webhook is given one. */
  signingSecret: signingSecret.optional(),
  groups: z.boolean().default(true),
  passwordProvisioning: z.literal(false, 'A password never goes into a webhook.').default(false),
})
export type WebhookInput = z.output<typeof webhookInput>

/** Both secrets sign for so long after a new one was given: time for the receiver to learn it. */
const OVERLAP_MS = 24 * 3_600_000

/** As splitSecrets. The signing secret is never sent: it stays wherever the URL points. */
export function splitWebhook(
  input: WebhookInput,
  before: Split<WebhookSettings> | undefined,
  now: Date,
): Split<WebhookSettings> {
  const { url, groups, signingSecret: given } = input
  const settings = { type: 'webhook', url, groups, ...sharedSettings(input) } as const
  return { settings, secrets: nextSigningSecrets(before?.secrets ?? {}, given, now) }
}

/** The secrets of a webhook that is given one, or keeps what it has; if it has none, one is made. */
export function nextSigningSecrets(kept: SigningSecrets, given: string | undefined, now: Date): SigningSecrets {
  const secret = given ?? kept.signingSecret ?? newSigningSecret()
  return secret === kept.signingSecret ? signingSecretsIn(kept) : withSigningSecret(kept, secret, now)
}

/** With a new secret; the one before it signs for a while, too. */
export function withSigningSecret(kept: SigningSecrets, secret: string, now: Date): SigningSecrets {
  if (kept.signingSecret === undefined) return { signingSecret: secret }
  return {
    signingSecret: secret,
    previousSigningSecret: kept.signingSecret,
    previousSigningSecretUntil: new Date(now.getTime() + OVERLAP_MS).toISOString(),
  }
}

/** The secrets that sign at this moment, the newest first. */
export function secretsThatSign(secrets: SigningSecrets, now: Date): string[] {
  const { signingSecret: present, previousSigningSecret: previous, previousSigningSecretUntil: until } = secrets
  const isOld = previous !== undefined && until !== undefined && now < new Date(until)
  return [...(present === undefined ? [] : [present]), ...(isOld ? [previous] : [])]
}

function signingSecretsIn(kept: SigningSecrets): SigningSecrets {
  const { signingSecret: present, previousSigningSecret: previous, previousSigningSecretUntil: until } = kept
  return {
    ...(present === undefined ? {} : { signingSecret: present }),
    ...(previous === undefined ? {} : { previousSigningSecret: previous }),
    ...(until === undefined ? {} : { previousSigningSecretUntil: until }),
  }
}
