/** Why a sign-in through a connection came to nothing: rich for the log, one sentence for the visitor. */
import { unreachable } from '../core/errors.ts'

export type Refusal = 'deactivated' | 'deleted' | 'jit-off' | 'scheme-not-built'

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

const TRY_AGAIN = 'Try again; if it happens again, tell your administrator.'
const ASK = 'Ask your administrator, or sign in another way.'
const TELL = 'Sign in another way, or tell your administrator.'

/** What the visitor is told. Why a check failed stays in the log: it would help whoever made it fail. */
export function wordsOf(failure: SignInFailure, name = 'the provider'): FailureWords {
  switch (failure.kind) {
    case 'unknown-connection':
      return { status: 404, sentence: 'There is no such way to sign in.', advice: 'Choose another one.' }
    case 'unknown-state':
      return {
        status: 400,
        sentence: 'This sign-in was not begun in this browser, has ended already, or took too long.',
        advice: 'Begin again where you came from.',
      }
    case 'provider-error':
      return failure.error === 'access_denied'
        ? {
            status: 403,
            sentence: `The sign-in at ${name} was cancelled.`,
            advice: 'Try again or sign in another way.',
          }
        : { status: 502, sentence: `${name} could not sign you in.`, advice: TRY_AGAIN }
    case 'blocked':
      return { status: 502, sentence: `This server is not allowed to call the address of ${name}.`, advice: TELL }
    case 'unreachable':
      return {
        status: 502,
        sentence: `${name} does not answer.`,
        advice: 'Try again in a moment, or sign in another way.',
      }
    case 'misconfigured':
      return { status: 502, sentence: `The connection to ${name} is not set up completely.`, advice: TELL }
    case 'code-refused':
    case 'unverified':
      return { status: 502, sentence: `What ${name} answered could not be verified.`, advice: TRY_AGAIN }
    case 'refused':
      return { status: 403, ...refusalWords(failure.refusal, name) }
    case 'not-provisioned':
      return { status: 500, sentence: 'Your account could not be set up, so you are not signed in.', advice: TRY_AGAIN }
    case 'target-refused':
      return {
        status: 502,
        sentence: 'Your account could not be set up in another system that has to have it, so you are not signed in.',
        advice: TRY_AGAIN,
      }
    default:
      return unreachable(failure)
  }
}

function refusalWords(refusal: Refusal, name: string): { sentence: string; advice: string } {
  switch (refusal) {
    case 'deactivated':
      return { sentence: 'Your account is deactivated.', advice: ASK }
    case 'deleted':
      return { sentence: 'Your account was deleted.', advice: ASK }
    case 'jit-off':
      return { sentence: `There is no account here for the person who signed in at ${name}.`, advice: ASK }
    case 'scheme-not-built':
      return { sentence: `New accounts through ${name} need a step that this server does not offer yet.`, advice: ASK }
    default:
      return unreachable(refusal)
  }
}
