import { answerSignedOut } from '../../federation/logout/pass-on.ts'
import { type AppContext, contentSecurityPolicy, formOf, formTargetsOf, languageOf, newRouter } from '../../http.ts'
import { guardForms, knowBrowser, limitForm } from '../../session/browser.ts'
import { endSession, type EndedSession, NO_SESSION } from '../../session/commands.ts'
import { readCookie } from '../../session/cookie.ts'
import type { Scope } from '../../platform.ts'
import { findRunOut, findSession } from '../../session/queries.ts'
import { readParameters, type SentParameters } from '../request.ts'
import { confirmLogoutPage, refusedLogoutPage } from './pages.ts'
import { isSubjectOf } from '../subject.ts'
import { checkLogout, type LogoutRequest, type LogoutReturn, returnAddress } from './request.ts'

/** {T}/oidc/logout: an application signs its person out here (OpenID Connect RP-Initiated Logout 1.0). */
export const logoutRoutes = newRouter()
  .get('/oidc/logout', knowBrowser, (c) => signOut(c, readParameters(new URL(c.req.url).searchParams)))
  // An application's page posts from another site, and a browser sends no cookie along: they come with a GET again.
  .post('/oidc/logout', limitForm, async (c) => {
    const parameters = new URLSearchParams(await c.req.text())
    return c.redirect(`${c.var.scope.base}/oidc/logout?${parameters}`, 303)
  })
  .post('/oidc/logout/confirm', knowBrowser, guardForms, async (c) => {
    const form = Object.entries(await formOf(c)).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    )
    const asked = await checkLogout(c.var.scope, readParameters(form))
    return goOn(c, await endSession(c), asked.kind === 'ok' ? asked.to : undefined)
  })

async function signOut(c: AppContext, sent: SentParameters): Promise<Response> {
  const { scope } = c.var
  const asked = await checkLogout(scope, sent)
  const cookie = readCookie(c, 'session')
  const session = await findSession(scope, cookie)
  if (asked.kind === 'faulty') {
    if (!session) return c.html(refusedLogoutPage(scope, languageOf(c), asked.fault), 400)
    return confirm(c, session.userName, { to: undefined, fault: asked.fault })
  }
  // Whoever has an id_token of the person who is signed in, or was, speaks for her; anybody else has to ask her.
  const userId = session?.userId ?? (await findRunOut(scope, cookie))
  const speaks = userId !== undefined && (await speaksFor(scope, asked, userId))
  if (session && !speaks) return confirm(c, session.userName, { to: asked.to, fault: undefined })
  return goOn(c, speaks ? await endSession(c) : NO_SESSION, asked.hint ? asked.to : undefined)
}

async function speaksFor(scope: Scope, { hint, application }: LogoutAsked, userId: string): Promise<boolean> {
  return hint !== undefined && application !== undefined ? isSubjectOf(scope, application, hint.subject, userId) : false
}
type LogoutAsked = Extract<LogoutRequest, { kind: 'ok' }>

function confirm(
  c: AppContext,
  userName: string,
  { to, fault }: { readonly to: LogoutReturn | undefined; readonly fault: string | undefined },
): Response | Promise<Response> {
  const { scope, formToken } = c.var
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(to?.uri)))
  const page = { scope, language: languageOf(c), formToken, userName, to, fault }
  const query = inLanguages(c.req.query('ui_locales'))
  return c.html(confirmLogoutPage({ ...page, query }), fault === undefined ? 200 : 400)
}

/** The languages that the application asked for go along (RP-Initiated Logout section 2). */
function inLanguages(uiLocales: string | undefined): string {
  return uiLocales === undefined ? '' : `?${new URLSearchParams({ ui_locales: uiLocales })}`
}

/** Back to the application, or to the page that says so. */
function goOn(c: AppContext, ended: EndedSession, to: LogoutReturn | undefined): Promise<Response> {
  const here = `${c.var.scope.base}/logout${inLanguages(c.req.query('ui_locales'))}`
  return answerSignedOut(c, ended, to ? returnAddress(to) : here)
}
