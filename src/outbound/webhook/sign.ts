/** The headers of Standard Webhooks. Pure. */
import { secretsThatSign } from '../../connections/connectors/webhook.ts'
import { signatureOf } from '../../core/signing-secret.ts'
import type { SigningSecrets } from '../../db/schema.ts'

/** One signature for each secret that is valid now; the timestamp, in seconds, is signed as well. */
export function signatureHeaders(
  secrets: SigningSecrets,
  id: string,
  payload: string,
  now: Date,
): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000))
  const signatures = secretsThatSign(secrets, now).map((secret) => signatureOf(secret, id, timestamp, payload))
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
