/** Who owes a second step: somebody whose first one was done in this browser, or whose session has to be raised. */
import type { LoginFlow } from '../../db/schema.ts'
import { findEnrolled, type Enrolled } from '../../directory/factors/queries.ts'
import type { AppContext } from '../../http.ts'
import { signedInPath } from '../../session/arrival-proof.ts'
import { raiseSession, startSession } from '../../session/commands.ts'
import { readCookie } from '../../session/cookie.ts'
import type { GoesOn } from '../../session/first-step.ts'
import { takePartial } from '../../session/partial/commands.ts'
import { findPartial, type PartialSignIn } from '../../session/partial/queries.ts'
import { findPendingRequest } from '../../session/pending/queries.ts'
import { findSession } from '../../session/queries.ts'
import { returnPath } from '../../session/return-to.ts'
import {
  type Done,
  isRecent,
  OWN_FLOW,
  secondOptions,
  secondStep,
  type SecondStep,
  stepUp,
} from '../../session/second-factor.ts'

export type Subject = {
  readonly userId: string
  readonly userName: string
  readonly done: Done
  readonly flow: LoginFlow
  readonly enrolled: Enrolled
  readonly owed: SecondStep
  /** A recovery code will do: where the authenticator app would. */
  readonly mayRecover: boolean
  /** What every form and link of the page carries on. */
  readonly query: Readonly<Record<string, string>>
  readonly goesOn: GoesOn
  readonly partial: PartialSignIn | undefined
  /** Where the application that asks has its answer, and what its person reads. */
  readonly redirectUri: string | undefined
  readonly uiLocales: string | undefined
}

/** Undefined if there is nobody, or she is to make a factor and has signed in long ago: the sign-in begins anew. `source` is a query or a form. */
export async function findSubject(
  c: AppContext,
  source: Readonly<Record<string, unknown>>,
): Promise<Subject | undefined> {
  const { scope, browserHash } = c.var
  const id = source.sign_in
  const partial = typeof id === 'string' ? await findPartial(scope, id, browserHash) : undefined
  const session = id === undefined ? await findSession(scope, readCookie(c, 'session')) : undefined
  const who = partial
    ? { ...partial, done: { methods: [partial.method], amr: partial.amr } }
    : session && { ...session, done: session }
  if (!who) return undefined
  const goesOn = partial ? goesOnOf(partial) : goesOnIn(source)
  const asking = goesOn.request === undefined ? undefined : await findPendingRequest(scope, goesOn.request, browserHash)
  // What the sign-in was for is over.
  if (goesOn.request !== undefined && !asking) return undefined
  const flow = asking?.application.loginFlow ?? OWN_FLOW
  const { userId, userName, done } = who
  const enrolled = await findEnrolled(scope, userId)
  const owed = secondStep(flow, done, enrolled)
  // A browser that was left open is not enough to make a factor for whoever sits there: she signs in again first.
  if (session && owed.kind === 'enrol' && !isRecent(session, scope.now)) return undefined
  return {
    userId,
    userName,
    done,
    flow,
    enrolled,
    // Somebody who is sent here with a session has to do it once more, or more than her flow says.
    owed: owed.kind === 'none' && session ? stepUp(flow, enrolled) : owed,
    mayRecover: enrolled.recovery && secondOptions(flow).includes('totp'),
    query: typeof id === 'string' ? { sign_in: id } : queryOf(goesOn),
    goesOn,
    partial,
    redirectUri: asking?.parameters.redirectUri,
    uiLocales: asking?.parameters.uiLocales,
  }
}

/** Signs her in, or raises her session; answers the path where the browser goes on, undefined if it is too late. */
export async function finish(c: AppContext, subject: Subject, done: Done): Promise<string | undefined> {
  const { partial, userId, goesOn } = subject
  if (partial) return (await startFrom(c, partial, done)) ? signedInPath(c.var.scope, goesOn, userId) : undefined
  return (await raiseSession(c, userId, done)) ? returnPath(c.var.scope, goesOn) : undefined
}

async function startFrom(c: AppContext, partial: PartialSignIn, done: Done): Promise<boolean> {
  if (!(await takePartial(c.var.scope, partial))) return false
  const { userId, remember, passwordHash, idHash: partialHash } = partial
  return startSession(c, { userId, done, remember, passwordHash, partialHash })
}

function goesOnOf({ requestId, returnTo }: PartialSignIn): GoesOn {
  return requestId === null ? { return_to: returnTo ?? undefined } : { request: requestId }
}

function goesOnIn({ request, return_to }: Readonly<Record<string, unknown>>): GoesOn {
  if (typeof request === 'string') return { request }
  return typeof return_to === 'string' ? { return_to } : {}
}

export function queryOf({ request, return_to }: GoesOn): Record<string, string> {
  if (request !== undefined) return { request }
  return return_to === undefined ? {} : { return_to }
}
