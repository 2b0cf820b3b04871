import type { PendingRequest } from '../login/queries.ts'
import type { Scope } from '../platform.ts'
import { findSession } from '../session/queries.ts'
import { askedScopes } from './consent/asked.ts'
import { findConsent } from './consent/queries.ts'
import { type Consent, nextStep, type NextStep } from './next-step.ts'

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
  return { next: nextStep(pending, session, consent, scope.now), consent }
}
