/** How a provider is called: through the guarded fetch of Platform, by oauth4webapi or by hand. */
import * as oauth from 'oauth4webapi'
import type { Scope } from '../../platform.ts'
import { failed, type Outcome } from '../failure.ts'
import { toFailure, Unanswered } from '../upstream-error.ts'

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

/** An answer as JSON; undefined if it is none. */
export async function jsonOf(url: string, response: Response): Promise<unknown> {
  const text = await textOf(url, response)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What work with a provider came to; a fault of ours is thrown. */
export async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    const failure = toFailure(error)
    if (!failure) throw error
    return failed(failure)
  }
}
