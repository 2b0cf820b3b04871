/** How a sign-in at a provider ends in the browser, from wherever it ends: signed in, or a page that says why not. */
import type { ConnectionRow } from '../connections/queries.ts'
import { type AppContext, languageOf } from '../http.ts'
import { finishFirstStep } from '../session/first-step.ts'
import { letChoose } from '../session/pending/commands.ts'
import { requestOf } from '../session/return-to.ts'
import { type SignInFailure, wordsOf } from './failure.ts'
import { vouchedBy } from './logout/vouched.ts'
import { failurePage } from './pages.ts'
import { findUiLocales } from './queries.ts'
import type { UpstreamPerson } from './upstream/person.ts'

/** Somebody whom a provider vouches for, on her way to `returnTo`. */
export type Arrived = {
  readonly connection: ConnectionRow
  readonly person: UpstreamPerson
  readonly returnTo: string
}

/** What is known of where it came from. */
type From = { readonly returnTo?: string; readonly connection?: { readonly id: string; readonly name: string } }

/** Whom a provider has vouched for has done the first step; what follows is as after any other. */
export async function signInVouched(
  c: AppContext,
  { connection, person, returnTo }: Arrived,
  { userId, isNew }: { readonly userId: string; readonly isNew: boolean },
): Promise<Response> {
  const { scope } = c.var
  // What was done at the provider is its matter: whatever its amr says, here it is one step (README, Decisions).
  const vouched = await vouchedBy(scope, connection, person)
  const first = { userId, method: connection.id, amr: ['fed'], remember: false, vouched }
  const goesOn = { request: requestOf(returnTo), return_to: returnTo }
  const next = await finishFirstStep(c, first, goesOn)
  if (next === undefined) {
    return answerFailure(c, { kind: 'refused', refusal: 'deactivated' }, { returnTo, connection })
  }
  scope.platform.log.info('federated sign-in', { tenantId: scope.tenantId, connection: connection.id, userId, isNew })
  return c.redirect(next, 303)
}

/** The page says what happened and leads back; the log says why. A failure's reason holds no token, code or secret. */
export async function answerFailure(c: AppContext, failure: SignInFailure, from: From = {}): Promise<Response> {
  const { scope } = c.var
  const requestId = c.get('requestId')
  const { kind, ...why } = failure
  const facts = { requestId, tenantId: scope.tenantId, connection: from.connection?.id, failure: kind, ...why }
  scope.platform.log.warn('federated sign-in failed', facts)
  const request = from.returnTo === undefined ? undefined : requestOf(from.returnTo)
  const language = languageOf(c, request === undefined ? undefined : await findUiLocales(scope, request))
  const words = wordsOf(failure, language, from.connection?.name)
  if (request !== undefined) await letChoose(scope, request, c.var.browserHash)
  const back = from.returnTo ?? `${scope.base}/login`
  return c.html(failurePage({ scope, language, words, back, requestId }), words.status)
}
