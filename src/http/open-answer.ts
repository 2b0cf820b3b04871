/** Answers of the OpenID provider that an application's own script may read, whatever page it stands on. */
import type { AppContext } from '../http.ts'
import type { Bindings } from '../platform.ts'

/** What every such answer carries; who adds a header for scripts names it in Access-Control-Expose-Headers, too. */
const OPEN = {
  'Access-Control-Allow-Origin': '*',
  'X-Content-Type-Options': 'nosniff',
}

/** How such an answer differs from JSON with status 200 that nobody keeps. */
type Differences = {
  readonly status?: number
  readonly contentType?: string
  readonly cacheControl?: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A whole answer, which no middleware adds to: what was set by `c.header` is not in it. On Node headers that are set one
 * by one cost more than all the rest of such an answer (http.ts, answerHeaders).
 */
export function answerOpenly(c: AppContext, body: string, differences: Differences = {}): Response {
  c.set('isWhole', true)
  return new Response(body, { status: differences.status ?? 200, headers: headersOf(c, differences) })
}

/**
 * The same for JSON that anybody is told alike: others need not ask again for `seconds`, and the runtime may give it to
 * who asks the same (Bindings.keep).
 */
export function answerPublicly(c: AppContext, body: string, seconds: number): Response {
  const bindings: Bindings | undefined = c.env
  const differences = { cacheControl: `public, max-age=${seconds}` }
  bindings?.keep?.(headersOf(c, differences), body)
  return answerOpenly(c, body, differences)
}

function headersOf(c: AppContext, differences: Differences): Record<string, string> {
  const { contentType = 'application/json', cacheControl = 'no-store', headers } = differences
  const hsts = c.get('scope').platform.config.hsts
  const nonce = c.get('dpopNonce')
  return {
    'Content-Type': contentType,
    'Cache-Control': cacheControl,
    ...OPEN,
    'X-Request-Id': c.get('requestId'),
    ...(hsts === undefined ? undefined : { 'Strict-Transport-Security': hsts }),
    // RFC 9449 section 8: a script that cannot read the nonce cannot go on.
    ...(nonce === undefined
      ? undefined
      : { 'DPoP-Nonce': nonce, 'Access-Control-Expose-Headers': 'DPoP-Nonce, WWW-Authenticate' }),
    ...headers,
  }
}
