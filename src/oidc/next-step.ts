/** What an authorization request needs next. Every step comes back here; steps never lead to one another. Pure. */
import type { AuthorizationParameters, ClientMetadata, LoginFlow } from '../db/schema.ts'
import { allowsMethod } from '../login/options.ts'
import type { Session } from '../session/queries.ts'
import { firstSteps, secondStep, stepUp } from '../session/second-factor.ts'
import { askedAcr, couldMeet, isMet } from './acr.ts'

type Request = {
  readonly parameters: Pick<AuthorizationParameters, 'prompt' | 'maxAge' | 'hintedUserId' | 'acrValues' | 'claims'>
  readonly application: { readonly loginFlow: LoginFlow; readonly clientMetadata: Pick<ClientMetadata, 'firstParty'> }
  readonly created: Date
  /** Who has said yes to this very request. */
  readonly consentedBy: string | null
}

/** What the application asks to know and to do, and what of it the person has let it before. */
export type Consent = { readonly asked: readonly string[]; readonly given: readonly string[] | undefined }

export type NextStep =
  | { readonly kind: 'sign-in' }
  /** Who is signed in owes the second step alone. */
  | { readonly kind: 'second-step'; readonly session: Session }
  /** The application forbade to ask (prompt=none), or named somebody else (OpenID Connect Core 3.1.2.1 and 3.1.2.6). */
  | { readonly kind: 'login-required' }
  /** An acr that is essential cannot be reached (OpenID Connect Unmet Authentication Requirements 1.0). */
  | { readonly kind: 'unmet-acr' }
  | { readonly kind: 'consent'; readonly session: Session }
  | { readonly kind: 'consent-required' }
  | { readonly kind: 'issue'; readonly session: Session }

export function nextStep(request: Request, session: Session | undefined, consent: Consent, now: Date): NextStep {
  const isSilent = request.parameters.prompt.includes('none')
  if (!session || !isEnough(request, session, now)) return { kind: isSilent ? 'login-required' : 'sign-in' }
  if (isSomebodyElse(request, session)) {
    // Who signed in for this very request and is another one is not asked for ever.
    return { kind: isSilent || session.authenticatedAt >= request.created ? 'login-required' : 'sign-in' }
  }
  const owed = owedSecondStep(request, session)
  // What is no more than a wish is not worth an error (OpenID Connect Core section 3.1.2.1).
  if (owed && (owed === 'demanded' || !isSilent))
    return isSilent ? { kind: 'login-required' } : { kind: 'second-step', session }
  if (!isMet(askedAcr(request.parameters), session)) return { kind: 'unmet-acr' }
  if (!hasToConsent(request, session, consent)) return { kind: 'issue', session }
  return isSilent ? { kind: 'consent-required' } : { kind: 'consent', session }
}

function isEnough({ parameters, application, created }: Request, session: Session, now: Date): boolean {
  const { loginFlow } = application
  if (!firstSteps(session).some((step) => allowsMethod(loginFlow, step))) return false
  // When an earlier step of the session was done is not known: only the latest one is as fresh as the session.
  const isLatest = allowsMethod(loginFlow, session.method)
  // Who signed in for this very request has done what it asked for.
  if (isLatest && session.authenticatedAt >= created) return true
  if (['login', 'select_account', 'create'].some((prompt) => parameters.prompt.includes(prompt))) return false
  return (
    parameters.maxAge === undefined ||
    (isLatest && now.getTime() - session.authenticatedAt.getTime() <= parameters.maxAge * 1000)
  )
}

/** Because the flow says so, or because the application asks for an acr that the second step would meet. */
function owedSecondStep({ parameters, application }: Request, session: Session): 'demanded' | 'wished' | undefined {
  if (secondStep(application.loginFlow, session, session.enrolled).kind !== 'none') return 'demanded'
  const asked = askedAcr(parameters)
  if (!couldMeet(asked, session) || stepUp(application.loginFlow, session.enrolled).kind !== 'ask') return undefined
  return asked.isEssential ? 'demanded' : 'wished'
}

function isSomebodyElse({ parameters }: Request, session: Session): boolean {
  return parameters.hintedUserId !== undefined && parameters.hintedUserId !== session.userId
}

/** OpenID Connect Core section 3.1.2.4. An application is the tenant's own unless an administrator says otherwise. */
function hasToConsent(request: Request, session: Session, { asked, given }: Consent): boolean {
  if (request.consentedBy === session.userId) return false
  if (request.parameters.prompt.includes('consent')) return true
  if (request.application.clientMetadata.firstParty !== false) return false
  return given === undefined || asked.some((scope) => !given.includes(scope))
}
