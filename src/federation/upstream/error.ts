/**
 * What can go wrong with a provider, as a failure with its reason. oauth4webapi hangs whole answers, tokens among them,
 * on its errors: only what is named here goes into a reason, and so into the log.
 */
import {
  AuthorizationResponseError,
  OperationProcessingError,
  ResponseBodyError,
  UnsupportedOperationError,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi'
import type { SignInFailure } from '../failure.ts'

/** Ends the work with a provider; calls.ts turns it into its outcome. */
export class UpstreamError extends Error {
  readonly failure: SignInFailure

  constructor(failure: SignInFailure) {
    super(failure.kind)
    this.failure = failure
  }
}

/** The guarded fetch threw: no connection, no answer in time, or a call that it did not let through. */
export class Unanswered extends Error {
  readonly url: string

  constructor(url: string, cause: unknown) {
    super('no answer', { cause })
    this.url = url
  }
}

/** The failure that an error of upstream work is, its reason as long as the provider made it; undefined if it is none of them, but a fault of ours. */
export function toFailure(error: unknown): SignInFailure | undefined {
  if (error instanceof UpstreamError) return error.failure
  if (error instanceof Unanswered) return unansweredFailure(error)
  if (error instanceof AuthorizationResponseError) {
    const { error: code, error_description: description = '' } = error
    return { kind: 'provider-error', error: short(code), reason: `${code}: ${description}` }
  }
  if (error instanceof ResponseBodyError) {
    const { error: code, error_description: description = '' } = error
    return { kind: 'code-refused', reason: `status ${error.status}, ${code}: ${description}` }
  }
  if (error instanceof WWWAuthenticateChallengeError)
    return { kind: 'code-refused', reason: `status ${error.status}, a challenge` }
  if (error instanceof OperationProcessingError || error instanceof UnsupportedOperationError) {
    return { kind: 'unverified', reason: `${error.message}${evidenceOf(error.cause)}` }
  }
  // A key that cannot be imported, or a signature that is no base64url.
  if (error instanceof DOMException || error instanceof TypeError) return { kind: 'unverified', reason: error.message }
  return undefined
}

function unansweredFailure({ url, cause }: Unanswered): SignInFailure {
  const reason = `${new URL(url).origin}: ${cause instanceof Error ? cause.message : String(cause)}`
  const isBlocked = cause instanceof Error && cause.name === 'BlockedRequest'
  return { kind: isBlocked ? 'blocked' : 'unreachable', reason }
}

/** The claim that was wrong, or the header that found no key: never a token. */
function evidenceOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return ''
  if (cause instanceof Response) return ` (status ${cause.status})`
  const facts: string[] = []
  if ('claim' in cause && typeof cause.claim === 'string') {
    const claims = 'claims' in cause && typeof cause.claims === 'object' ? cause.claims : undefined
    const found = Object.entries(claims ?? {}).find(([name]) => name === cause.claim)?.[1]
    facts.push(`${cause.claim} is ${short(JSON.stringify(found) ?? 'missing')}`)
  }
  if ('header' in cause) facts.push(`header ${short(JSON.stringify(cause.header) ?? '')}`)
  return facts.length === 0 ? '' : ` (${facts.join(', ')})`
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}
