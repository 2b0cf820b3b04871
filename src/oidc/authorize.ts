import { findApplicationByClientId } from '../applications/queries.ts'
import { Problem, unreachable } from '../core/errors.ts'
import { type AppContext, contentSecurityPolicy, newRouter } from '../http.ts'
import { findPendingRequest, type PendingRequest } from '../login/queries.ts'
import { knowBrowser, limitForm } from '../session/browser.ts'
import { readCookie } from '../session/cookie.ts'
import { findSession } from '../session/queries.ts'
import { issueCode, storeRequest, takeRequest } from './commands.ts'
import { nextStep } from './next-step.ts'
import { formPostPage } from './pages.ts'
import { checkRequest, readParameters, type ReturnAddress } from './request.ts'

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
  const { scope, browserHash } = c.var
  const sent = readParameters(source)
  const clientId = sent.values.get('client_id')
  const application = clientId === undefined ? undefined : await findApplicationByClientId(scope, clientId)
  const checked = checkRequest(sent, application)
  switch (checked.kind) {
    case 'page-error':
      throw new Problem(400, `The application sent a request that cannot be answered: ${checked.detail}`)
    case 'redirect-error':
      return answer(c, checked.to, { error: checked.code, error_description: checked.description })
    case 'ok': {
      const { parameters } = checked
      const id = await storeRequest(scope, { applicationId: checked.application.id, parameters, browserHash })
      return step(c, { id, application: checked.application, parameters, created: scope.now })
    }
    default:
      return unreachable(checked)
  }
}

async function goOn(c: AppContext, id: string): Promise<Response> {
  const pending = await findPendingRequest(c.var.scope, id, c.var.browserHash)
  if (!pending) {
    throw new Problem(400, 'This sign-in was not begun in this browser, has ended already, or took too long.')
  }
  return step(c, pending)
}

async function step(c: AppContext, pending: PendingRequest): Promise<Response> {
  const { scope } = c.var
  const next = nextStep(pending, await findSession(scope, readCookie(c, 'session')), scope.now)
  if (next.kind === 'sign-in') return c.redirect(`${scope.base}/login?request=${encodeURIComponent(pending.id)}`, 303)
  // It may have been withdrawn while the person signed in.
  if (!pending.application.redirectUris.includes(pending.parameters.redirectUri)) {
    throw new Problem(400, 'The application may not send people back to where it asked for.')
  }
  if (!(await takeRequest(scope, pending.id))) throw new Problem(400, 'This sign-in has ended already.')
  switch (next.kind) {
    case 'login-required':
      return answer(c, pending.parameters, { error: 'login_required', error_description: 'nobody is signed in' })
    case 'issue':
      return answer(c, pending.parameters, { code: await issueCode(scope, pending, next.session) })
    default:
      return unreachable(next)
  }
}

/** Sends the browser back to the application, with `iss`, so that it knows whom the answer is from (RFC 9207). */
function answer(
  c: AppContext,
  to: ReturnAddress,
  what: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  const { scope } = c.var
  const all = { ...what, ...(to.state === undefined ? {} : { state: to.state }), iss: scope.issuer }
  c.header('Cache-Control', 'no-store')
  if (to.responseMode === 'form_post') {
    const { protocol, host } = new URL(to.redirectUri)
    c.header('Content-Security-Policy', contentSecurityPolicy(['https:', `${protocol}//${host}`]))
    return c.html(formPostPage(scope, to.redirectUri, all))
  }
  const separator = to.redirectUri.includes('?') ? '&' : '?'
  return c.redirect(`${to.redirectUri}${separator}${new URLSearchParams(all)}`, 303)
}
