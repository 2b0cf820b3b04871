/** Whoever is signed in gives herself one more account to sign in with: the way back from the provider. */
import type { ConnectionRow } from '../../connections/queries.ts'
import type { Language } from '../../core/language.ts'
import { type AppContext, languageOf } from '../../http.ts'
import { readCookie } from '../../session/cookie.ts'
import { findSession } from '../../session/queries.ts'
import { owesSecondStep } from '../../session/second-factor.ts'
import { type FailureWords, type Outcome, type SignInFailure, wordsOf } from '../failure.ts'
import type { Purpose } from '../states/sign-in.ts'
import type { UpstreamPerson } from '../upstream/person.ts'
import { linkOwn } from './own/commands.ts'
import { notLinkedPage } from './pages.ts'
import { linkWords } from './words.ts'

type LinkFailure =
  | SignInFailure
  /** The account there is somebody else's here. */
  | { readonly kind: 'linked-elsewhere' }
  /** She has another one there already. */
  | { readonly kind: 'another-linked' }
  /** In this browser somebody else is signed in now, or nobody, or she owes the second step. */
  | { readonly kind: 'other-session' }

type Arrived = {
  readonly connection: ConnectionRow
  readonly purpose: Extract<Purpose, { kind: 'link' }>
  readonly returnTo: string
  /** Who came. */
  readonly verified: Outcome<UpstreamPerson>
}

/**
 * Links the account whose owner has just signed in at the provider with whoever began this: if she is still signed in in
 * this very session, and the account is nobody else's. Nothing else of her changes, and nobody is provisioned.
 */
export async function answerLinking(c: AppContext, arrived: Arrived): Promise<Response> {
  const { scope } = c.var
  const { connection, purpose, returnTo } = arrived
  const failure = await link(c, arrived)
  const facts = { tenantId: scope.tenantId, connection: connection.id, userId: purpose.userId }
  if (failure === undefined) {
    scope.platform.log.info('account linked', facts)
    return c.redirect(`${returnTo}?done=account-linked`, 303)
  }
  const { kind, ...why } = failure
  const requestId = c.get('requestId')
  scope.platform.log.warn('account not linked', { requestId, ...facts, failure: kind, ...why })
  const language = languageOf(c)
  const words = wordsFor(failure, language, connection.name)
  return c.html(notLinkedPage({ scope, language, words, back: returnTo, requestId }), words.status)
}

async function link(
  c: AppContext,
  { connection, purpose: { userId, sid }, verified }: Arrived,
): Promise<LinkFailure | undefined> {
  const session = await findSession(c.var.scope, readCookie(c, 'session'))
  if (session?.userId !== userId || session.sid !== sid || owesSecondStep(session)) return { kind: 'other-session' }
  if (!verified.ok) return verified.failure
  const own = { userId, sid, requestId: c.get('requestId') }
  const linked = await linkOwn(c.var.scope, connection, verified.value, own)
  if (!linked.ok) return linked.failure
  switch (linked.value) {
    case 'linked':
      return undefined
    case 'taken':
      return { kind: 'linked-elsewhere' }
    case 'another':
      return { kind: 'another-linked' }
    case 'gone':
      return { kind: 'other-session' }
  }
}

type Words = Omit<FailureWords, 'status'> & { readonly status: FailureWords['status'] | 409 }

function wordsFor(failure: LinkFailure, language: Language, name: string): Words {
  const say = linkWords(language)
  switch (failure.kind) {
    case 'linked-elsewhere':
      return { status: 409, sentence: say.taken(name), advice: say.chooseAnother(name) }
    case 'another-linked':
      return { status: 409, sentence: say.another(name), advice: say.unlinkFirst }
    case 'other-session':
      return { status: 403, sentence: say.otherSession, advice: say.signInAgain }
    default:
      return { ...wordsOf(failure, language, name), advice: say.tryAgain }
  }
}
