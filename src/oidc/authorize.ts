import { demandsOf } from '../applications/profile.ts'
import { type ApplicationRow, findApplicationByClientId } from '../applications/queries.ts'
import { hashToken } from '../core/crypto.ts'
import { Problem, unreachable } from '../core/errors.ts'
import type { AuthorizationParameters } from '../db/schema.ts'
import { type AppContext, newRouter } from '../http.ts'
import { findPendingRequest, type PendingRequest } from '../session/pending/queries.ts'
import { knowBrowser, limitForm } from '../session/browser.ts'
import { readCookie } from '../session/cookie.ts'
import { authorizationPolicy } from '../tenancy/authorization/policy.ts'
import { answerApplication } from './answer.ts'
import { checkWithHint } from './check.ts'
import { issueCode, storeRequest } from './commands.ts'
import { demandReturnAddress, endRequest } from './end-request.ts'
import { beginPushedRequest, storePushedRequest } from './par/commands.ts'
import { isPushedUri } from './par/request-uri.ts'
import { readParameters } from './request.ts'
import { stepOf } from './step.ts'
import { oidcWords } from './words.ts'

/** {T}/oauth2/authorize (RFC 6749 section 3.1): GET and POST, and GET with `resume` after each step of a sign-in. */
export const authorizeRoutes = newRouter()
  .get('/oauth2/authorize', knowBrowser, (c) => {
    const resume = c.req.query('resume')
    return resume === undefined ? begin(c, new URL(c.req.url).searchParams) : goOn(c, resume)
  })
  // An application's page posts from another site, and a browser sends no cookie along: they come with a GET again.
  .post('/oauth2/authorize', limitForm, async (c) => {
    const parameters = new URLSearchParams(await c.req.text())
    parameters.delete('resume')
    if (parameters.toString().length > LONGEST_QUERY) return begin(c, parameters, keepPosted)
    return c.redirect(`${c.var.scope.base}/oauth2/authorize?${parameters}`, 303)
  })

/** What is longer may not get through: proxies and runtimes take addresses of 8 to 16 KiB. */
const LONGEST_QUERY = 6000

type GoOn = (c: AppContext, application: ApplicationRow, parameters: AuthorizationParameters) => Promise<Response>

async function begin(c: AppContext, source: URLSearchParams, goOnWith: GoOn = store): Promise<Response> {
  const { scope } = c.var
  const sent = readParameters(source)
  const clientId = sent.values.get('client_id')
  const application = clientId === undefined ? undefined : await findApplicationByClientId(scope, clientId)
  const requestUri = sent.values.get('request_uri')
  if (application && requestUri !== undefined && isPushedUri(requestUri)) {
    const isPosted = c.req.method === 'POST'
    return isPosted ? comeAgain(c, application, requestUri) : beginPushed(c, application, requestUri)
  }
  const checked = await checkWithHint(scope, sent, application)
  switch (checked.kind) {
    case 'page-error':
      throw new Problem(400, (language) => oidcWords(language).cannotBeAnswered, [], { technical: checked.detail })
    case 'redirect-error':
      return answerApplication(c, checked.to, { error: checked.code, error_description: checked.description })
    case 'ok': {
      const { requirePushedAuthorizationRequests: ofAll } = authorizationPolicy(scope)
      if (!ofAll && !demandsOf(checked.application).pushedRequest) {
        return goOnWith(c, checked.application, checked.parameters)
      }
      const error_description = 'this application has to push its requests (RFC 9126)'
      return answerApplication(c, checked.parameters, { error: 'invalid_request', error_description })
    }
    default:
      return unreachable(checked)
  }
}

/** What was pushed is all that counts; what stands beside it in the address does not (RFC 9126 section 4, RFC 9101 5). */
async function beginPushed(c: AppContext, application: ApplicationRow, requestUri: string): Promise<Response> {
  const { scope, browserHash } = c.var
  const begun = await beginPushedRequest(scope, { requestUri, applicationId: application.id, browserHash })
  if (!begun) throw new Problem(400, (language) => oidcWords(language).pushedIsOver)
  const { id, parameters } = begun
  const pushedHash = hashToken(requestUri)
  return step(c, { parameters, application, created: scope.now, consentedBy: null, pushedHash }, id)
}

/** What came just now. */
function store(c: AppContext, application: ApplicationRow, parameters: AuthorizationParameters): Promise<Response> {
  return step(c, { application, parameters, created: c.var.scope.now, consentedBy: null, pushedHash: null })
}

/** What was posted and is in order, kept as if it had been pushed until the browser comes with its cookie. */
const keepPosted: GoOn = async (c, application, parameters) =>
  comeAgain(c, application, await storePushedRequest(c.var.scope, application.id, parameters))

function comeAgain(c: AppContext, { clientId }: ApplicationRow, requestUri: string): Response {
  const query = new URLSearchParams({ client_id: clientId, request_uri: requestUri })
  return c.redirect(`${c.var.scope.base}/oauth2/authorize?${query}`, 303)
}

async function goOn(c: AppContext, id: string): Promise<Response> {
  const pending = await findPendingRequest(c.var.scope, id, c.var.browserHash)
  if (!pending) {
    throw new Problem(400, (language) => oidcWords(language).requestIsOver)
  }
  c.set('uiLocales', pending.parameters.uiLocales)
  return step(c, pending, id)
}

/** `id` is that of a request that is kept. */
async function step(c: AppContext, pending: Omit<PendingRequest, 'id'>, id?: string): Promise<Response> {
  const { scope } = c.var
  const { next } = await stepOf(scope, pending, readCookie(c, 'session'))
  if (next.kind === 'sign-in') {
    return askOn(c, pending.parameters.prompt.includes('create') ? 'signup' : 'login', pending, id)
  }
  if (next.kind === 'second-step') return askOn(c, 'login/second', pending, id)
  // A device waits for it elsewhere, and the person is always asked (RFC 8628 section 5.4).
  if (pending.parameters.deviceCodeHash !== undefined) return askOn(c, 'device/confirm', pending, id)
  demandReturnAddress(pending)
  if (next.kind === 'consent') return askOn(c, 'consent', pending, id)
  if (id !== undefined) await endRequest(scope, { ...pending, id })
  switch (next.kind) {
    case 'login-required':
      return answerApplication(c, pending.parameters, {
        error: 'login_required',
        error_description: 'nobody is signed in, or somebody else',
      })
    case 'unmet-acr':
      return answerApplication(c, pending.parameters, {
        error: 'unmet_authentication_requirements',
        error_description: 'the person cannot sign in as strongly as the acr that is essential',
      })
    case 'consent-required':
      return answerApplication(c, pending.parameters, {
        error: 'consent_required',
        error_description: 'the person has not agreed to all that is asked for',
      })
    case 'issue': {
      const code = await issueCode(scope, pending, next.session)
      if (code === undefined) throw new Problem(400, (language) => oidcWords(language).hasEnded)
      return answerApplication(c, pending.parameters, { code })
    }
    default:
      return unreachable(next)
  }
}

/** On to a page. Only what waits for a person is kept: who is signed in and is asked nothing costs no write for it. */
async function askOn(
  c: AppContext,
  page: 'login' | 'login/second' | 'signup' | 'consent' | 'device/confirm',
  { application, parameters }: Omit<PendingRequest, 'id'>,
  kept: string | undefined,
): Promise<Response> {
  const { scope, browserHash } = c.var
  const id = kept ?? (await storeRequest(scope, { applicationId: application.id, parameters, browserHash }))
  return c.redirect(`${scope.base}/${page}?request=${encodeURIComponent(id)}`, 303)
}
