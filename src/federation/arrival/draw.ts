/** The page of an arrival, by what is decided of it. */
import type { FieldError } from '../../core/errors.ts'
import { userTypeOf } from '../../directory/attributes/queries.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { policyInWords } from '../../directory/passwords/words.ts'
import { type AppContext, contentSecurityPolicy, formTargetsOf } from '../../http.ts'
import { answerFailure } from '../answer.ts'
import type { Decision } from '../decision/decide.ts'
import type { Typed } from './form.ts'
import { askPage } from './pages.ts'
import { decisionOn, type Present, viewOf } from './present.ts'
import { linkPage, provePage, readyPage } from './proof/pages.ts'
import { provenSession } from './proof/session.ts'
import { addressOf } from './queries.ts'
import { printOf, shownOf } from './shown.ts'

/** What came of a form that is shown again. */
export type Refused = {
  readonly status: 409 | 422 | 429 | 500 | 502
  readonly errors: readonly FieldError[]
  readonly typed?: Typed
}

export async function drawArrival(
  c: AppContext,
  present: Present,
  decision: Decision,
  { proof, refused }: { readonly proof?: unknown; readonly refused?: Refused } = {},
): Promise<Response> {
  const { arrival, connection } = present
  if (decision.kind === 'refuse') {
    const { returnTo } = arrival
    return answerFailure(c, { kind: 'refused', refusal: decision.refusal }, { returnTo, connection })
  }
  // The form ends at the application that she came from.
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(present.pending?.parameters.redirectUri)))
  const page =
    decision.kind === 'ask' ? askFor(c, present, decision, refused) : proveOr(c, present, decision, proof, refused)
  return c.html(await page, refused?.status ?? 200)
}

async function askFor(
  c: AppContext,
  present: Present,
  { asks, user, userName }: Extract<Decision, { kind: 'ask' }>,
  refused: Refused | undefined,
) {
  const { scope } = c.var
  const view = viewOf(c, present)
  const [type, policy] = await Promise.all([userTypeOf(scope), findPasswordPolicy(scope)])
  const shown = shownOf(type, user).filter(({ path }) => !(asks.userName && path === 'userName'))
  return askPage(view, {
    asks,
    type,
    shown,
    print: printOf(type, user, asks),
    typed: {
      attributes: {},
      ...refused?.typed,
      userName: asks.userName ? (refused?.typed?.userName ?? userName) : userName,
    },
    rules: policyInWords(policy, view.language),
    errors: refused?.errors ?? [],
  })
}

async function proveOr(
  c: AppContext,
  present: Present,
  decision: Exclude<Decision, { kind: 'ask' | 'refuse' }>,
  proof: unknown,
  refused: Refused | undefined,
) {
  const view = viewOf(c, present)
  const errors = refused?.errors ?? []
  if (decision.kind !== 'prove') return readyPage(view, errors)
  const address = addressOf(present.arrival)
  const session = await provenSession(c, present.arrival.id, proof)
  if (session?.userId === decision.userId) {
    return linkPage(view, { address, userName: session.userName, proof: String(proof), errors })
  }
  const instead = await decisionOn(c.var.scope, present, { isDeclined: true })
  const hasChoice = instead.kind === 'ask' || instead.kind === 'create'
  // Whom an externalId has found need not have that address.
  const shared = decision.reason === 'linked-by-attribute' ? address : undefined
  return provePage(view, { address: shared, hasChoice, another: session?.userName })
}
