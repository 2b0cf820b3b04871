import { Problem } from '../../core/errors.ts'
import { aboutApplication } from '../../html/about-application.ts'
import { type AppContext, contentSecurityPolicy, formOf, formTargetsOf, languageOf, newRouter } from '../../http.ts'
import { findPendingRequest, type PendingRequest } from '../../session/pending/queries.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { readCookie } from '../../session/cookie.ts'
import { returnPath } from '../../session/return-to.ts'
import { answerApplication } from '../answer.ts'
import { demandReturnAddress, endRequest } from '../end-request.ts'
import { stepOf } from '../step.ts'
import { oidcWords } from '../words.ts'
import { giveConsent } from './commands.ts'
import { consentPage } from './pages.ts'
import { consentWords } from './words.ts'

/** {T}/consent: the person decides what an application may know and do (OpenID Connect Core section 3.1.2.4). */
export const consentRoutes = newRouter()
  .use('/consent', knowBrowser, guardForms)
  .get('/consent', async (c) => {
    const pending = await readPending(c, c.req.query('request'))
    const { next, consent } = await stepOf(c.var.scope, pending, readCookie(c, 'session'))
    if (next.kind !== 'consent') return goOn(c, pending)
    c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(pending.parameters.redirectUri)))
    const { scope, formToken } = c.var
    const [application, { userName }] = [pending.application.name, next.session]
    const language = languageOf(c)
    const about = aboutApplication(scope, pending.application, language)
    return c.html(
      consentPage({ scope, language, formToken, request: pending.id, application, userName, about, ...consent }),
    )
  })
  .post('/consent', async (c) => {
    const { scope } = c.var
    const form = await formOf(c)
    const pending = await readPending(c, form.request)
    const { next, consent } = await stepOf(scope, pending, readCookie(c, 'session'))
    // Signed out meanwhile, or has said yes in another window.
    if (next.kind !== 'consent') return goOn(c, pending)
    if (form.decision === 'deny') return deny(c, pending)
    if (form.decision !== 'allow') throw new Problem(400, (language) => consentWords(language).chooseOne)
    // What she agrees to is what she has read: an administrator may have given the application more since.
    if (form.asked !== consent.asked.join(' ')) {
      return c.redirect(`${scope.base}/consent?request=${encodeURIComponent(pending.id)}`, 303)
    }
    await giveConsent(scope, pending, next.session.userId, consent.asked)
    return goOn(c, pending)
  })

async function readPending(c: AppContext, id: unknown): Promise<PendingRequest> {
  const pending = typeof id === 'string' ? await findPendingRequest(c.var.scope, id, c.var.browserHash) : undefined
  if (!pending || pending.parameters.deviceCodeHash !== undefined) {
    throw new Problem(400, (language) => oidcWords(language).requestIsOver)
  }
  c.set('uiLocales', pending.parameters.uiLocales)
  return pending
}

function goOn(c: AppContext, pending: PendingRequest): Response {
  return c.redirect(returnPath(c.var.scope, { request: pending.id }), 303)
}

async function deny(c: AppContext, pending: PendingRequest): Promise<Response> {
  demandReturnAddress(pending)
  await endRequest(c.var.scope, pending)
  const error_description = 'the person did not agree'
  return answerApplication(c, pending.parameters, { error: 'access_denied', error_description })
}
