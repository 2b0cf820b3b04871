import type { PendingRequest } from '../session/pending/queries.ts'
import type { Scope } from '../platform.ts'
import { findSession, type Session } from '../session/queries.ts'
import { askedScopes } from './consent/asked.ts'
import { findConsent } from './consent/queries.ts'
import { subjectsIn } from './claims-parameter.ts'
import { type Consent, nextStep, type NextStep } from './next-step.ts'
import { subjectFor } from './subject.ts'

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

/** In place of the sub of an id_token_hint, and of one that `claims` asks for: whose request it is, where that is known. */
async function withHintedUser(
  scope: Scope,
  { application, parameters }: Pick<PendingRequest, 'application' | 'parameters'>,
  session: Session | undefined,
) {
  const { hintedUserId: hinted, claims } = parameters
  const named = [...(hinted === undefined ? [] : [[hinted]]), ...subjectsIn(claims)]
  if (named.length === 0 || !session) return parameters
  const own: readonly unknown[] = [session.userId, await subjectFor(scope, application, session.userId)]
  const isHers = named.every((subjects) => subjects.some((one) => own.includes(one)))
  return { ...parameters, hintedUserId: isHers ? session.userId : SOMEBODY_ELSE }
}
/** No user's id. */
const SOMEBODY_ELSE = 'somebody else'
