/** Who is asked, and what of her, by how things are now: an administrator may have changed them since she came. */
import { type ConnectionRow, findConnection } from '../../connections/queries.ts'
import { type AppContext, languageOf } from '../../http.ts'
import type { Scope } from '../../platform.ts'
import { findPendingRequest, type PendingRequest } from '../../session/pending/queries.ts'
import { requestOf } from '../../session/return-to.ts'
import { answerFailure } from '../answer.ts'
import type { Arriving } from '../commands.ts'
import { type Decision, decideProvisioning } from '../decision/decide.ts'
import { findSituation } from '../decision/situation/situation.ts'
import type { ArrivalView } from './pages.ts'
import { type Arrival, findArrival } from './queries.ts'

export type Present = {
  readonly arrival: Arrival
  readonly connection: ConnectionRow
  readonly pending: PendingRequest | undefined
  /** She says that the account which was found is not hers. */
  readonly isDeclined: boolean
}

/** `source` is a query or a form. The answer is a page for who is not there, or whose connection is not. */
export async function findPresent(
  c: AppContext,
  source: Readonly<Record<string, unknown>>,
): Promise<
  { readonly ok: true; readonly present: Present } | { readonly ok: false; readonly answer: Promise<Response> }
> {
  const { scope, browserHash } = c.var
  const { arrival: id } = source
  const arrival = typeof id === 'string' ? await findArrival(scope, id, browserHash) : undefined
  if (!arrival) return { ok: false, answer: answerFailure(c, { kind: 'unknown-state' }) }
  const { returnTo } = arrival
  const connection = await findConnection(scope, arrival.connectionId)
  if (!connection?.authenticator) {
    return { ok: false, answer: answerFailure(c, { kind: 'unknown-connection' }, { returnTo }) }
  }
  const request = requestOf(returnTo)
  const pending = request === undefined ? undefined : await findPendingRequest(scope, request, browserHash)
  c.set('uiLocales', pending?.parameters.uiLocales)
  return { ok: true, present: { arrival, connection, pending, isDeclined: source.new === '1' } }
}

/** What would become of her now; nothing is changed. */
export async function decisionOn(
  scope: Scope,
  { arrival, connection, isDeclined }: Present,
  arriving: Arriving = {},
): Promise<Decision> {
  return decideProvisioning(await findSituation(scope, connection, arrival.person, { isDeclined, ...arriving }))
}

export function viewOf(c: AppContext, { arrival, connection, pending, isDeclined }: Present): ArrivalView {
  const { scope, formToken } = c.var
  const query = { arrival: arrival.id, ...(isDeclined ? { new: '1' } : {}) }
  return { scope, formToken, language: languageOf(c), query, connection: connection.name, pending }
}
