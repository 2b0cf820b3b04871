import type { Language } from './language.ts'

/**
 * Failures that end a request, in the words of the caller's standard. Each standard has one class; http.ts writes
 * each wire form once. What an attacker may not learn goes to `cause` and the log, never into `detail`.
 */

/** The scimType keywords of RFC 7644 section 3.12, table 9, and RFC 9865 section 2.1, with the status of each. */
export const SCIM_TYPE_STATUS = {
  invalidFilter: 400,
  tooMany: 400,
  uniqueness: 409,
  mutability: 400,
  invalidSyntax: 400,
  invalidPath: 400,
  noTarget: 400,
  invalidValue: 400,
  invalidVers: 400,
  sensitive: 403,
  invalidCursor: 400,
  expiredCursor: 400,
  invalidCount: 400,
} as const

export type ScimType = keyof typeof SCIM_TYPE_STATUS

type Cause = { cause?: unknown }

/** A SCIM refusal (RFC 7644 section 3.12): a scimType, or a bare status where the RFC has no keyword for it. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined

  constructor(type: ScimType | number, detail: string, options?: Cause) {
    super(detail, options)
    this.name = 'ScimError'
    this.scimType = typeof type === 'string' ? type : undefined
    this.status = typeof type === 'string' ? SCIM_TYPE_STATUS[type] : type
  }
}

/**
 * A target that has to take a change before it is made here did not (502, in its words), or cannot be asked now (503).
 * Nothing was changed.
 */
export class NotPushed extends ScimError {
  /** Whole seconds, after which the request may be sent again (Retry-After). */
  readonly retryAfter: number | undefined

  constructor(status: 502 | 503, detail: string, retryAfter?: number) {
    super(status, detail)
    this.name = 'NotPushed'
    this.retryAfter = retryAfter
  }
}

/**
 * The error codes that our endpoints answer (RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750 3.1, OIDC Core 3.1.2.6,
 * RFC 7591 3.2.2, RFC 8707 2, RFC 8628 3.5, RFC 9101 7, RFC 9449 12.2).
 */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'login_required'
  | 'interaction_required'
  | 'consent_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_redirect_uri'
  | 'invalid_request_object'
  | 'invalid_request_uri'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'invalid_client_metadata'
  | 'invalid_target'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'

const OAUTH_STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** Some of it may have been sent to us: an error_description is printable ASCII without " and \ (RFC 6749 4.1.2.1, 5.2). */
export function describable(text: string): string {
  return text.replace(/["\\‘’“”]/g, "'").replace(/[^\x20-\x7e]/gu, '?')
}

/**
 * An OAuth refusal that is answered as JSON (RFC 6749 section 5.2) or as a challenge (RFC 6750 section 3, RFC 9449 7.1).
 * `status` where the code has another one at a resource than at the token endpoint.
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  readonly status: number

  constructor(code: OAuthErrorCode, description: string, options?: Cause & { status?: number }) {
    super(describable(description), options)
    this.name = 'OAuthError'
    this.code = code
    this.status = options?.status ?? OAUTH_STATUS[code] ?? 400
  }
}

/** One thing wrong with a request body: where (a field's name, dotted) and what, in words for a person. */
export type FieldError = { readonly field: string; readonly message: string }

/** What is said in the language of whoever reads it. */
export type Said = (language: Language) => string

/**
 * A refusal of the management API or of a page: answered as problem+json (RFC 9457), or as a page to a browser. What a
 * visitor can meet on a page is said in her language; the API, the log and the console are told it in English.
 * `technical` is for whoever made the request that a visitor's browser was sent with, and stays English.
 */
export class Problem extends Error {
  readonly status: number
  readonly errors: readonly FieldError[]
  readonly said: Said | undefined
  readonly technical: string | undefined

  constructor(
    status: number,
    detail: string | Said,
    errors: readonly FieldError[] = [],
    options?: Cause & { readonly technical?: string },
  ) {
    super(typeof detail === 'string' ? detail : [detail('en'), options?.technical ?? ''].join(' ').trim(), options)
    this.name = 'Problem'
    this.status = status
    this.errors = errors
    this.said = typeof detail === 'string' ? undefined : detail
    this.technical = options?.technical
  }
}

/** Too many ask for what takes long, such as a password's hash: 503 in every standard, and nothing was done. */
export class TooBusy extends Error {
  readonly status = 503
  /** Whole seconds, after which the request may be sent again (Retry-After). */
  readonly retryAfter = 5

  constructor() {
    super('Too many people sign in at this moment. Try again in a few seconds.')
    this.name = 'TooBusy'
  }
}

/** What `work` gives; undefined where it throws a ScimError: for a path or a value that may not be good, or not any more. */
export function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/** For the `default` of a switch over a closed union: the compiler refuses a case that was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`)
}
