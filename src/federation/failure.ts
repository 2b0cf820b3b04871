/** Why a sign-in through a connection came to nothing: rich for the log, one sentence for the visitor. */
import { unreachable } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
import { federationWords } from './words.ts'

export type Refusal =
  | 'deactivated'
  | 'deleted'
  | 'jit-off'
  /** Her e-mail address is missing, is not verified, or is of another domain. */
  | 'domain-not-allowed'
  /** Several accounts may be hers. */
  | 'ambiguous'
  /** The account that would be hers is somebody else's of the same provider. */
  | 'linked-elsewhere'
  /** What she has signed in to is not the account in question any more. */
  | 'proof-outdated'

export type SignInFailure =
  /** No such connection in this tenant, or one that signs nobody in. */
  | { readonly kind: 'unknown-connection' }
  /** The state is missing, was used, is too old, or belongs to another browser or tenant: outside they look alike. */
  | { readonly kind: 'unknown-state' }
  /** The provider answered with an error of RFC 6749 section 4.1.2.1 instead of a code. */
  | { readonly kind: 'provider-error'; readonly error: string; readonly reason: string }
  /** The SSRF guard let a call to the provider not through. */
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The provider's issuer and keys could not be found, or not by what the connection says. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  /** The token endpoint refused the code. */
  | { readonly kind: 'code-refused'; readonly reason: string }
  /** A check of the provider's answer failed: who signed in is not known. */
  | { readonly kind: 'unverified'; readonly reason: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'not-provisioned'; readonly reason: string }
  /** A target that has to take the account first did not. */
  | { readonly kind: 'target-refused'; readonly reason: string }

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: SignInFailure }

export function failed(failure: SignInFailure): { readonly ok: false; readonly failure: SignInFailure } {
  return { ok: false, failure }
}

export type FailureWords = {
  readonly status: 400 | 403 | 404 | 500 | 502
  /** What happened. */
  readonly sentence: string
  /** What to do. */
  readonly advice: string
}

/**
 * What the visitor is told: `name` is the connection's, where there is one. Why a check failed stays in the log: it would
 * help whoever made it fail.
 */
export function wordsOf(failure: SignInFailure, language: Language, connection?: string): FailureWords {
  const say = federationWords(language)
  const name = connection ?? say.theProvider
  switch (failure.kind) {
    case 'unknown-connection':
      return { status: 404, sentence: say.noSuchWay, advice: say.chooseAnother }
    case 'unknown-state':
      return { status: 400, sentence: say.unknownState, advice: say.beginAgain }
    case 'provider-error':
      return failure.error === 'access_denied'
        ? { status: 403, sentence: say.cancelled(name), advice: say.tryAgainOrOther }
        : { status: 502, sentence: say.providerError(name), advice: say.tryAgain }
    case 'blocked':
      return { status: 502, sentence: say.blocked(name), advice: say.tell }
    case 'unreachable':
      return { status: 502, sentence: say.unreachable(name), advice: say.tryLater }
    case 'misconfigured':
      return { status: 502, sentence: say.misconfigured(name), advice: say.tell }
    case 'code-refused':
    case 'unverified':
      return { status: 502, sentence: say.unverified(name), advice: say.tryAgain }
    case 'refused':
      return { status: 403, sentence: refusalOf(failure.refusal, language, name), advice: say.ask }
    case 'not-provisioned':
      return { status: 500, sentence: say.notProvisioned, advice: say.tryAgain }
    case 'target-refused':
      return { status: 502, sentence: say.targetRefused, advice: say.tryAgain }
    default:
      return unreachable(failure)
  }
}

function refusalOf(refusal: Refusal, language: Language, name: string): string {
  const say = federationWords(language)
  switch (refusal) {
    case 'deactivated':
      return say.deactivated
    case 'deleted':
      return say.deleted
    case 'jit-off':
      return say.jitOff(name)
    case 'domain-not-allowed':
      return say.domainNotAllowed(name)
    case 'ambiguous':
    case 'linked-elsewhere':
      return say.unclear(name)
    case 'proof-outdated':
      return say.proofOutdated
    default:
      return unreachable(refusal)
  }
}
