/** How a provider is called: through the guarded fetch of Platform, by oauth4webapi or by hand. */
import * as oauth from 'oauth4webapi'
import type { Scope } from '../../platform.ts'
import { failed, type Outcome } from '../failure.ts'
import { toFailure, Unanswered, UpstreamError } from './error.ts'

const MOST_REASON = 500
/** Several times what the largest providers have. Hundreds of them are remembered, of tenants that share one memory. */
const LONGEST_REMEMBERED = 128 * 1024

/** The guarded fetch; no answer at all is told apart from a wrong one. */
export function call(scope: Scope) {
  return async (url: string, init: RequestInit): Promise<Response> => {
    try {
      return await scope.platform.fetch(url, init)
    } catch (cause) {
      throw new Unanswered(url, cause)
    }
  }
}

/** Plain http goes as far as the guarded fetch lets it: to hosts that the operator allows. */
export function requestOptions(scope: Scope, url: string | undefined) {
  return {
    [oauth.customFetch]: call(scope),
    [oauth.allowInsecureRequests]: url?.startsWith('http:') === true,
  }
}

export async function textOf(url: string, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (cause) {
    throw new Unanswered(url, cause)
  }
}

/** The text of what is remembered of a provider: its metadata, its keys. UpstreamError if it is too long for that. */
export async function rememberableOf(url: string, response: Response): Promise<string> {
  const text = await textOf(url, response)
  if (text.length <= LONGEST_REMEMBERED) return text
  throw new UpstreamError({ kind: 'misconfigured', reason: `${url} is over ${LONGEST_REMEMBERED} characters` })
}

/** An answer as JSON; undefined if it is none. */
export async function jsonOf(url: string, response: Response, read = textOf): Promise<unknown> {
  const text = await read(url, response)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * What work with a provider came to; a fault of ours is thrown. What a provider says of a refusal is logged: `secrets` are
 * what it was told, and may not say again.
 */
export async function outcome<T>(work: () => Promise<T>, secrets: readonly string[] = []): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    const failure = toFailure(error)
    if (!failure) throw error
    const say = (text: string) => bounded(without(text, secrets))
    if (failure.kind === 'provider-error') {
      return failed({ ...failure, error: say(failure.error), reason: say(failure.reason) })
    }
    return failed('reason' in failure ? { ...failure, reason: say(failure.reason) } : failure)
  }
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.filter((one) => one !== '').reduce((rest, secret) => rest.replaceAll(secret, '...'), text)
}

/** Cut after what is secret was taken out: half a secret would not be known for one. */
function bounded(text: string): string {
  return text.length > MOST_REASON ? `${text.slice(0, MOST_REASON)}...` : text
}
