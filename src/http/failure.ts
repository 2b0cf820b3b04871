/** The one place where an error becomes an answer, in the standard of whoever asked. */
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type FieldError, NotPushed, OAuthError, Problem, type Said, ScimError, TooBusy } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
import { pageWords } from '../html/page-words.ts'
import { type AppContext, answerHeaders, languageOf, scimMediaType, standardOf } from '../http.ts'
import { scimErrorBody } from '../scim/messages.ts'
import { basicChallenge, oauthChallenge } from './challenge.ts'
import { type Refusal, refusalPage } from './refusal-page.ts'

/** The one onError: an expected failure in the caller's standard; anything else is logged and answered with nothing of itself. */
export function answerError(error: unknown, c: AppContext): Response | Promise<Response> {
  const known = knownFailure(error)
  const failure = known ?? { status: 500, detail: pageWords('en').ourFault, said: saysOurFault, errors: [] }
  const facts = { requestId: c.get('requestId'), path: c.req.path, status: failure.status, error }
  const log = c.get('scope')?.platform.log
  if (!known)
    log
      ? log.error('request failed', facts)
      : console.error(JSON.stringify({ event: 'request failed', error: String(error) }))
  else log?.debug('request refused', facts)
  return answerFailure(c, failure)
}

/** The one notFound. */
export function answerNotFound(c: AppContext): Response | Promise<Response> {
  const said = (language: Language) => pageWords(language).nothingHere
  return answerFailure(c, { status: 404, detail: said('en'), said, errors: [] })
}

const MOMENT_SECONDS = 2
const saysOurFault: Said = (language) => pageWords(language).ourFault

type Failure = Refusal & {
  readonly errors: readonly FieldError[]
  readonly scim?: ScimError
  readonly oauth?: OAuthError
  readonly retryAfter?: number | undefined
}

function knownFailure(error: unknown): Failure | undefined {
  if (error instanceof ScimError) {
    const retryAfter = error instanceof NotPushed ? error.retryAfter : undefined
    return { status: error.status, detail: error.message, errors: [], scim: error, retryAfter }
  }
  if (error instanceof OAuthError) {
    const retryAfter = error.code === 'temporarily_unavailable' ? MOMENT_SECONDS : undefined
    return { status: error.status, detail: error.message, errors: [], oauth: error, retryAfter }
  }
  if (error instanceof Problem) {
    const { status, message: detail, errors, said, technical } = error
    return { status, detail, errors, said, technical }
  }
  if (error instanceof TooBusy) {
    const said: Said = (language) => pageWords(language).tooBusy
    return { status: error.status, detail: error.message, said, errors: [], retryAfter: error.retryAfter }
  }
  if (error instanceof HTTPException) return { status: error.status, detail: error.message, errors: [] }
  // Anybody may do it, as often as she likes: it is no error of ours that an operator would look into.
  if (isBrokenOff(error)) return { status: 400, detail: 'The request was broken off.', errors: [] }
  return undefined
}

/** As node:http says that whoever sent a request has left in the middle of its body. */
function isBrokenOff(error: unknown): boolean {
  return error instanceof Error && error.message === 'aborted' && 'code' in error && error.code === 'ECONNRESET'
}

function answerFailure(c: AppContext, failure: Failure): Response | Promise<Response> {
  const status = failure.status as ContentfulStatusCode
  const { scim, retryAfter } = failure
  const presented = { authorization: c.req.header('Authorization'), dpopError: c.get('dpopError') }
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter))
  switch (standardOf(c.req.path)) {
    case 'scim': {
      if (status === 401) {
        c.header('WWW-Authenticate', basicChallenge('SCIM', 'Bearer realm="SCIM"', presented))
      }
      const body = scimErrorBody(scim ?? new ScimError(status, failure.detail))
      return c.body(JSON.stringify(body), status, answerHeaders(c, scimMediaType(c)))
    }
    case 'oauth': {
      const code = failure.oauth?.code ?? (status >= 500 ? 'server_error' : 'invalid_request')
      if (status === 401 || status === 403)
        c.header('WWW-Authenticate', oauthChallenge(code, failure.detail, presented))
      c.header('Cache-Control', 'no-store')
      return c.json({ error: code, error_description: failure.detail }, status)
    }
    case 'api': {
      if (status === 401) {
        c.header('WWW-Authenticate', basicChallenge('management API', 'Bearer', presented))
      }
      const problem = { type: 'about:blank', title: failure.detail, status, errors: failure.errors }
      return c.body(JSON.stringify({ ...problem, detail: failure.detail }), status, {
        'Content-Type': 'application/problem+json',
      })
    }
    case 'page':
      return c.html(refusalPage(c, failure, languageOf(c)), status)
  }
}
