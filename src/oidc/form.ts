import { OAuthError } from '../core/errors.ts'
import type { AppContext } from '../http.ts'
import { limitLength } from '../http/limit.ts'
import { readParameters } from './request.ts'

/** What a client sends is short. */
export const limitForm = limitLength(64 * 1024, () => {
  throw new OAuthError('invalid_request', 'The request is too long.')
})

export function isForm(c: AppContext): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(c.req.header('Content-Type') ?? '')
}

/** The form of a client's request. OAuthError invalid_request if it is none, or says something twice (RFC 6749 3.2). */
export async function readForm(c: AppContext): Promise<ReadonlyMap<string, string>> {
  if (!isForm(c)) throw new OAuthError('invalid_request', 'The request must be application/x-www-form-urlencoded.')
  const { values, twice } = readParameters(new URLSearchParams(await c.req.text()))
  if (twice.length > 0) throw new OAuthError('invalid_request', `Sent twice: ${twice.join(', ')}.`)
  return values
}
