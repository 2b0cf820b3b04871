/** What an authorization request needs next. Every step comes back here; steps never lead to one another. Pure. */
import type { LoginFlow } from '../db/schema.ts'
import { allowsMethod } from '../login/options.ts'
import type { Session } from '../session/queries.ts'

type Request = {
  readonly parameters: { readonly prompt: readonly string[]; readonly maxAge?: number }
  readonly application: { readonly loginFlow: LoginFlow }
  readonly created: Date
}

export type NextStep =
  | { readonly kind: 'sign-in' }
  /** The application forbade to ask (prompt=none), and somebody has to sign in (OpenID Connect Core 3.1.2.6). */
  | { readonly kind: 'login-required' }
  | { readonly kind: 'issue'; readonly session: Session }

export function nextStep(request: Request, session: Session | undefined, now: Date): NextStep {
  if (session && isEnough(request, session, now)) return { kind: 'issue', session }
  return request.parameters.prompt.includes('none') ? { kind: 'login-required' } : { kind: 'sign-in' }
}

function isEnough({ parameters, application, created }: Request, session: Session, now: Date): boolean {
  if (!allowsMethod(application.loginFlow, session.method)) return false
  // Who signed in for this very request has done what it asked for.
  if (session.authenticatedAt >= created) return true
  if (parameters.prompt.includes('login') || parameters.prompt.includes('select_account')) return false
  return (
    parameters.maxAge === undefined || now.getTime() - session.authenticatedAt.getTime() <= parameters.maxAge * 1000
  )
}
