/** What a person who came to sign in is to go on with, on the pages beside the sign-in page. */
import type { Language } from '../core/language.ts'
import { type AppContext, languageOf } from '../http.ts'
import { findPendingRequest, type PendingRequest } from '../session/pending/queries.ts'

/** `request` or `return_to`, as the sign-in page has them. */
export type GoOn = { readonly request?: string; readonly return_to?: string }

export function goOnOf(source: Readonly<Record<string, unknown>>): GoOn {
  const { request, return_to } = source
  if (typeof request === 'string' && request !== '') return { request }
  return typeof return_to === 'string' && return_to !== '' ? { return_to } : {}
}

/** The address of a page of this tenant with what to go on with. */
export function pathWith(path: string, goOn: GoOn): string {
  const query = new URLSearchParams({ ...goOn }).toString()
  return query === '' ? path : `${path}?${query}`
}

/** An authorization request that waits in this browser, and the language in which its application wants pages. */
export async function waitingRequest(
  c: AppContext,
  { request }: GoOn,
): Promise<{ readonly pending: PendingRequest | undefined; readonly language: Language }> {
  const { scope, browserHash } = c.var
  const pending = request === undefined ? undefined : await findPendingRequest(scope, request, browserHash)
  return { pending, language: languageOf(c, pending?.parameters.uiLocales) }
}
