import { findConnections, listSignInConnections } from '../../connections/queries.ts'
import { Problem } from '../../core/errors.ts'
import type { Language } from '../../core/language.ts'
import { type AppContext, languageOf } from '../../http.ts'
import { addressOf, findArrivalAt } from '../../federation/arrival/queries.ts'
import { findPendingRequest, type PendingRequest } from '../../session/pending/queries.ts'
import { isConsolePath } from '../../session/return-to.ts'
import { accountOptions, CONSOLE_OPTIONS, signInOptions, type SignInOptions } from '../options.ts'
import { loginWords } from '../words.ts'

export type Asked = {
  readonly query: { request?: string; return_to?: string }
  readonly pending: PendingRequest | undefined
  /** What she may be known by here, as far as this browser has said it. */
  readonly known?: string | undefined
  readonly options: SignInOptions
  readonly language: Language
}

/** What the person is to go on with: an application's request, the console, or a page of her own. */
export async function readAsked(c: AppContext, source: Readonly<Record<string, unknown>>): Promise<Asked> {
  const { scope, browserHash } = c.var
  const { request, return_to } = source
  if (typeof request !== 'string') {
    const isConsole = typeof return_to === 'string' && isConsolePath(scope, return_to)
    const query = typeof return_to === 'string' ? { return_to } : {}
    const arrival = await findArrivalAt(scope, query.return_to, browserHash)
    const connections = isConsole ? [] : await listSignInConnections(scope)
    // She comes from that one, and is to show by another way that the account is hers.
    const ways = connections.filter(({ id }) => id !== arrival?.connectionId)
    const options = isConsole ? CONSOLE_OPTIONS : accountOptions(ways)
    const known = arrival && addressOf(arrival)
    return { query, pending: undefined, known, options, language: languageOf(c) }
  }
  const pending = await findPendingRequest(scope, request, browserHash)
  if (!pending) throw new Problem(400, (language) => loginWords(language).requestIsOver)
  c.set('uiLocales', pending.parameters.uiLocales)
  const wanted = pending.application.loginFlow.steps.flatMap((step) => step.options)
  const connections = await findConnections(
    scope,
    wanted.flatMap((option) => (typeof option === 'string' ? [] : [option.connection])),
  )
  const options = signInOptions(pending.application.loginFlow, connections)
  return { query: { request }, pending, options, language: languageOf(c) }
}
