import type { PendingRequest } from '../session/pending/queries.ts'
import type { Scope } from '../platform.ts'
import { findSession, type Session } from '../session/queries.ts'
import { askedScopes } from './consent/asked.ts'
import { findConsent } from './consent/queries.ts'
import { type Consent, nextStep, type NextStep } from './next-step.ts'
import { isSubjectOf } from './subject.ts'

/** What a stored request needs next of the person whose session the cookie is, and what she would be asked. */
export async function stepOf(
  scope: Scope,
  pending: Omit<PendingRequest, 'id'>,
  cookie: string | undefined,
): Promise<{ readonly next: NextStep; readonly consent: Consent }> {
  const { application, parameters } = pending
  const session = await findSession(scope, cookie)
  const isRemembered = session !== undefined && application.clientMetadata.firstParty === false
  const consent = {
    asked: askedScopes(parameters, application),
    given: isRemembered ? await findConsent(scope, session.userId, application.id) : undefined,
  }
  const request = { ...pending, parameters: await withHintedUser(scope, pending, session) }
  return { next: nextStep(request, session, consent, scope.now), consent }
}

/** The sub of an id_token_hint as the user's id, if it is that of whoever is signed in. */
async function withHintedUser(
  scope: Scope,
  { application, parameters }: Pick<PendingRequest, 'application' | 'parameters'>,
  session: Session | undefined,
) {
  const { hintedUserId: subject } = parameters
  if (subject === undefined || !session) return parameters
  const isHers = await isSubjectOf(scope, application, subject, session.userId)
  return isHers ? { ...parameters, hintedUserId: session.userId } : parameters
}
