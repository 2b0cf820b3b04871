import { type ApplicationRow, findApplicationByClientId } from '../applications/queries.ts'
import { Problem, unreachable } from '../core/errors.ts'
import type { AuthorizationParameters } from '../db/schema.ts'
import { type AppContext, newRouter } from '../http.ts'
import { findPendingRequest, type PendingRequest } from '../login/queries.ts'
import { knowBrowser, limitForm } from '../session/browser.ts'
import { readCookie } from '../session/cookie.ts'
import { answerApplication } from './answer.ts'
import { checkWithHint } from './check.ts'
import { issueCode, storeRequest, takeRequest } from './commands.ts'
import { takePushedRequest } from './par/commands.ts'
import { isPushedUri } from './par/request-uri.ts'
import { isRegisteredRedirectUri } from './redirect-uri.ts'
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
    return c.redirect(`${c.var.scope.base}/oauth2/authorize?${parameters}`, 303)
  })

async function begin(c: AppContext, source: URLSearchParams): Promise<Response> {
  const { scope } = c.var
  const sent = readParameters(source)
  const clientId = sent.values.get('client_id')
  const application = clientId === undefined ? undefined : await findApplicationByClientId(scope, clientId)
  const requestUri = sent.values.get('request_uri')
  if (application && requestUri !== undefined && isPushedUri(requestUri)) return beginPushed(c, application, requestUri)
  const checked = await checkWithHint(scope, sent, application)
  switch (checked.kind) {
    case 'page-error':
      throw new Problem(400, (language) => oidcWords(language).cannotBeAnswered, [], { technical: checked.detail })
    case 'redirect-error':
      return answerApplication(c, checked.to, { error: checked.code, error_description: checked.description })
    case 'ok': {
      if (!checked.application.clientMetadata.requirePushedAuthorizationRequests) {
        return store(c, checked.application, checked.parameters)
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
  const parameters = await takePushedRequest(c.var.scope, requestUri, application.id)
  if (!parameters) {
    throw new Problem(400, (language) => oidcWords(language).pushedIsOver)
  }
  return store(c, application, parameters)
}

async function store(c: AppContext, application: ApplicationRow, parameters: AuthorizationParameters) {
  const { scope, browserHash } = c.var
  const id = await storeRequest(scope, { applicationId: application.id, parameters, browserHash })
  return step(c, { id, application, parameters, created: scope.now, consentedBy: null })
}

async function goOn(c: AppContext, id: string): Promise<Response> {
  const pending = await findPendingRequest(c.var.scope, id, c.var.browserHash)
  if (!pending) {
    throw new Problem(400, (language) => oidcWords(language).requestIsOver)
  }
  c.set('uiLocales', pending.parameters.uiLocales)
  return step(c, pending)
}

async function step(c: AppContext, pending: PendingRequest): Promise<Response> {
  const { scope } = c.var
  const { next } = await stepOf(scope, pending, readCookie(c, 'session'))
  if (next.kind === 'sign-in') return c.redirect(`${scope.base}/login?request=${encodeURIComponent(pending.id)}`, 303)
  // It may have been withdrawn while the person signed in.
  if (!isRegisteredRedirectUri(pending.application, pending.parameters.redirectUri)) {
    throw new Problem(400, (language) => oidcWords(language).mayNotReturn)
  }
  if (next.kind === 'consent') return c.redirect(`${scope.base}/consent?request=${encodeURIComponent(pending.id)}`, 303)
  if (!(await takeRequest(scope, pending.id))) throw new Problem(400, (language) => oidcWords(language).hasEnded)
  switch (next.kind) {
    case 'login-required':
      return answerApplication(c, pending.parameters, {
        error: 'login_required',
        error_description: 'nobody is signed in, or somebody else',
      })
    case 'consent-required':
      return answerApplication(c, pending.parameters, {
        error: 'consent_required',
        error_description: 'the person has not agreed to all that is asked for',
      })
    case 'issue':
      return answerApplication(c, pending.parameters, { code: await issueCode(scope, pending, next.session) })
    default:
      return unreachable(next)
  }
}
