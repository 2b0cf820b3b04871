import { z } from 'zod'
import { findConnections } from '../connections/queries.ts'
import { Problem } from '../core/errors.ts'
import type { FieldError } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
import { checkCredentials } from '../directory/credentials/check.ts'
import { secondsUntil } from '../directory/credentials/lockout.ts'
import {
  type AppContext,
  contentSecurityPolicy,
  formOf,
  formTargetsOf,
  languageOf,
  newRouter,
  readForm,
} from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { endSession, startSession } from '../session/commands.ts'
import { readCookie } from '../session/cookie.ts'
import { findSession } from '../session/queries.ts'
import { returnPath } from '../session/return-to.ts'
import { languageRoutes } from './language/routes.ts'
import { CONSOLE_OPTIONS, signInOptions, type SignInOptions } from './options.ts'
import { signedOutPage, signInPage, signOutPage } from './pages.ts'
import { findPendingRequest, type PendingRequest } from './queries.ts'
import { type LoginWords, loginWords } from './words.ts'

const signInForm = (say: LoginWords) =>
  z.object({
    username: z.string(say.usernameMissing).trim().min(1, say.usernameMissing).max(300, say.usernameTooLong),
    password: z.string(say.passwordMissing).min(1, say.passwordMissing),
    remember: z.literal('on').optional(),
  })

/** {T}/login and {T}/logout: the pages where a person signs in with a password, and out. */
export const loginRoutes = newRouter()
  .use('/login', knowBrowser, guardForms)
  .use('/logout', knowBrowser, guardForms)
  .route('/', languageRoutes)
  .get('/login', async (c) => {
    const asked = await readAsked(c, c.req.query())
    return drawSignIn(c, asked, { userName: asked.pending?.parameters.loginHint ?? '', remember: false, errors: [] })
  })
  .post('/login', async (c) => {
    const asked = await readAsked(c, await formOf(c))
    if (!asked.options.password) throw new Problem(403, (language) => loginWords(language).noPassword)
    const say = loginWords(asked.language)
    const form = await readForm(c, signInForm(say))
    const typed = { userName: textOf(form.values.username), remember: form.values.remember === 'on' }
    if (!form.ok) return drawSignIn(c, asked, { ...typed, errors: form.errors }, 422)
    const { scope } = c.var
    const check = await checkCredentials(scope, form.data.username, form.data.password)
    if (check.kind === 'ok') {
      const { id: userId, passwordHash } = check.user
      const isIn = await startSession(c, { userId, method: 'pwd', remember: typed.remember, passwordHash })
      if (isIn) return c.redirect(returnPath(scope, asked.query), 303)
    }
    const why = check.kind === 'ok' ? 'changed meanwhile' : check.kind === 'wait' ? 'wait' : check.why
    scope.platform.log.info('sign-in refused', { tenantId: scope.tenantId, why })
    if (check.kind !== 'wait')
      return drawSignIn(c, asked, { ...typed, errors: [{ field: '', message: say.wrong }] }, 401)
    const seconds = secondsUntil(check.until, scope.now)
    c.header('Retry-After', String(seconds))
    return drawSignIn(c, asked, { ...typed, errors: [{ field: '', message: say.wait(seconds) }] }, 429)
  })
  .get('/logout', async (c) => {
    const session = await findSession(c.var.scope, readCookie(c, 'session'))
    const { scope, formToken } = c.var
    const language = languageOf(c)
    return c.html(session ? signOutPage(scope, language, formToken, session.userName) : signedOutPage(scope, language))
  })
  .post('/logout', async (c) => {
    await endSession(c)
    return c.redirect(`${c.var.scope.base}/logout`, 303)
  })

type Asked = {
  readonly query: { request?: string; return_to?: string }
  readonly pending: PendingRequest | undefined
  readonly options: SignInOptions
  readonly language: Language
}

/** What the person is to go on with: an application's request, or the console. */
async function readAsked(c: AppContext, source: Readonly<Record<string, unknown>>): Promise<Asked> {
  const { scope, browserHash } = c.var
  const { request, return_to } = source
  if (typeof request !== 'string') {
    const query = typeof return_to === 'string' ? { return_to } : {}
    return { query, pending: undefined, options: CONSOLE_OPTIONS, language: languageOf(c) }
  }
  const pending = await findPendingRequest(scope, request, browserHash)
  if (!pending) throw new Problem(400, (language) => loginWords(language).requestIsOver)
  c.set('uiLocales', pending.parameters.uiLocales)
  const wanted = pending.application.loginFlow.steps.flatMap((step) => step.options)
  const connections = await findConnections(
    scope,
    wanted.flatMap((option) => (option === 'password' ? [] : [option.connection])),
  )
  const options = signInOptions(pending.application.loginFlow, connections)
  return { query: { request }, pending, options, language: languageOf(c) }
}

type Typed = { readonly userName: string; readonly remember: boolean; readonly errors: readonly FieldError[] }

function drawSignIn(c: AppContext, asked: Asked, typed: Typed, status: 200 | 401 | 422 | 429 = 200) {
  const { scope, formToken } = c.var
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(asked.pending?.parameters.redirectUri)))
  const { options, query, language } = asked
  const application = asked.pending?.application.name
  return c.html(signInPage({ scope, language, formToken, options, application, query, ...typed }), status)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}
