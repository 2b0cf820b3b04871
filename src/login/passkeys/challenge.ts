/**
 * Challenges of passkeys (W3C Web Authentication section 13.4.3): random, for one browser, tenant and purpose, and good for
 * half an hour. They are signed, so that a page that nobody answers costs no row; that none is answered twice is told by
 * the rows of those that were.
 */
import { equalInConstantTime, fromBase64, randomToken, toBase64Url } from '../../core/crypto.ts'
import type { Scope } from '../../platform.ts'
import { useChallenge } from './commands.ts'

const CHALLENGE_MS = 30 * 60_000

/** What the answer is for: another user's, or another page's, does not count. */
export type Purpose = {
  readonly kind: 'register' | 'sign-in' | 'second-step'
  readonly browserHash: string
  /** '' where it is not known yet. */
  readonly userId: string
}

/** In base64url, as the browser's interface wants it. */
export async function newChallenge(scope: Scope, purpose: Purpose): Promise<string> {
  const body = `${randomToken(16)}.${scope.now.getTime() + CHALLENGE_MS}`
  return toBase64Url(new TextEncoder().encode(`${body}.${await signatureOf(scope, purpose, body)}`))
}

/** Whether a challenge is ours, for this purpose and in time. It is not used up by that. */
export async function isChallenge(scope: Scope, purpose: Purpose, challenge: string): Promise<boolean> {
  const [random, expiry, signature] = decode(challenge).split('.')
  if (random === undefined || expiry === undefined || signature === undefined) return false
  const expected = await signatureOf(scope, purpose, `${random}.${expiry}`)
  return equalInConstantTime(signature, expected) && Number(expiry) > scope.now.getTime()
}

/** Of two answers to one challenge, one gets true. */
export function takeChallenge(scope: Scope, challenge: string): Promise<boolean> {
  return useChallenge(scope, challenge, new Date(scope.now.getTime() + CHALLENGE_MS))
}

function signatureOf({ platform, tenantId }: Scope, { kind, browserHash, userId }: Purpose, body: string) {
  return platform.sealer.sign('passkey challenge', [tenantId, kind, browserHash, userId, body].join(' '))
}

function decode(challenge: string): string {
  try {
    return new TextDecoder().decode(fromBase64(challenge))
  } catch {
    return ''
  }
}
