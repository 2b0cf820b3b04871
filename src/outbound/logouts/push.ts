/** The only call to an application's back channel, through the guarded fetch of Platform. */
import type { Platform } from '../../platform.ts'

const TIMEOUT_MS = 5000

/**
 * Posts a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.5); undefined if it was heard, else what went
 * wrong, in words without the token.
 */
export async function postLogoutToken(platform: Platform, url: string, token: string): Promise<string | undefined> {
  try {
    const answer = await platform.fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }).toString(),
      timeoutMs: TIMEOUT_MS,
    })
    await answer.body?.cancel()
    return answer.ok ? undefined : `the application answered ${answer.status}`
  } catch (error) {
    return error instanceof Error ? error.message : 'no answer came'
  }
}
