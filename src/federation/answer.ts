/** How a sign-in at a provider ends in the browser, from wherever it ends: signed in, or a page that says why not. */
import type { ConnectionRow } from '../connections/queries.ts'
import { type AppContext, languageOf } from '../http.ts'
import { startSession } from '../session/commands.ts'
import { finishFirstStep, type FirstStep, type GoesOn } from '../session/first-step.ts'
import { letChoose } from '../session/pending/commands.ts'
import type { Session } from '../session/queries.ts'
import { requestOf, returnPath } from '../session/return-to.ts'
import { type SignInFailure, wordsOf } from './failure.ts'
import { vouchedBy } from './logout/vouched.ts'
import { failurePage } from './pages.ts'
import { findUiLocales } from './queries.ts'
import type { Arrived } from './upstream/person.ts'

/** Somebody whom a provider vouches for, on her way to `returnTo`. */
export type SigningIn = {
  readonly connection: ConnectionRow
  readonly person: Arrived
  readonly returnTo: string
}

/** What is known of where it came from. */
type From = { readonly returnTo?: string; readonly connection?: { readonly id: string; readonly name: string } }

/**
 * Whom a provider has vouched for has done the first step; what follows is as after any other. `proved` is the session in
 * which she has just signed in to her account, to link it: what she did there counts, and is not asked again.
 */
export async function signInVouched(
  c: AppContext,
  { connection, person, returnTo }: SigningIn,
  { userId, isNew }: { readonly userId: string; readonly isNew: boolean },
  proved?: Session,
): Promise<Response> {
  const { scope } = c.var
  // What was done at the provider is its matter: whatever its amr says, here it is one step (README, Decisions).
  const vouched = await vouchedBy(scope, connection, person)
  const first = { userId, method: connection.id, amr: ['fed'], remember: false, vouched }
  const goesOn = { request: requestOf(returnTo), return_to: returnTo }
  const next = proved ? await goOnProved(c, first, proved, goesOn) : await finishFirstStep(c, first, goesOn)
  if (next === undefined) {
    return answerFailure(c, { kind: 'refused', refusal: 'deactivated' }, { returnTo, connection })
  }
  scope.platform.log.info('federated sign-in', { tenantId: scope.tenantId, connection: connection.id, userId, isNew })
  return c.redirect(next, 303)
}

async function goOnProved(c: AppContext, { userId, method, amr, vouched }: FirstStep, proved: Session, goesOn: GoesOn) {
  // In the order in which it was done: at the provider first.
  const done = {
    methods: [...new Set([method, ...proved.methods])],
    amr: [...new Set([...amr, ...proved.amr])],
  }
  const isIn = await startSession(c, { userId, done, remember: false, since: proved, vouched })
  return isIn ? returnPath(c.var.scope, goesOn) : undefined
}

/** The page says what happened and leads back. */
export async function answerFailure(c: AppContext, failure: SignInFailure, from: From = {}): Promise<Response> {
  const { scope } = c.var
  logFailure(c, failure, from)
  const request = from.returnTo === undefined ? undefined : requestOf(from.returnTo)
  const language = languageOf(c, request === undefined ? undefined : await findUiLocales(scope, request))
  const words = wordsOf(failure, language, from.connection?.name)
  if (request !== undefined) await letChoose(scope, request, c.var.browserHash)
  const back = from.returnTo ?? `${scope.base}/login`
  const isFinal = c.req.path.startsWith(`${scope.base}/commonauth`)
  return c.html(failurePage({ scope, language, words, back, requestId: c.get('requestId'), isFinal }), words.status)
}

/** The log says why. A failure's reason holds no token, code or secret. */
export function logFailure(c: AppContext, { kind, ...why }: SignInFailure, { connection }: From): void {
  const { tenantId, platform } = c.var.scope
  const facts = { requestId: c.get('requestId'), tenantId, connection: connection?.id, failure: kind, ...why }
  platform.log.warn('federated sign-in failed', facts)
}
