import { z } from 'zod'
import { findConnections, listSignInConnections } from '../connections/queries.ts'
import { Problem } from '../core/errors.ts'
import type { FieldError } from '../core/errors.ts'
import { checkCredentials } from '../directory/credentials/check.ts'
import { signInName } from '../directory/verified/queries.ts'
import { secondsUntil } from '../directory/credentials/lockout.ts'
import { findSignUpPolicy } from '../directory/sign-up/queries.ts'
import { type AppContext, contentSecurityPolicy, formTargetsOf, languageOf, newRouter, readForm } from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { endSession, startSession } from '../session/commands.ts'
import { readCookie } from '../session/cookie.ts'
import { findSession } from '../session/queries.ts'
import { isAccountPath, returnPath } from '../session/return-to.ts'
import { accountOptions, CONSOLE_OPTIONS, signInOptions, type SignInOptions } from './options.ts'
import { signedOutPage, signInPage, signOutPage } from './pages.ts'
import { waysBeside } from './ways/pages.ts'
import { findPendingRequest, type PendingRequest } from './queries.ts'

const signInForm = z.object({
  username: z.string().trim().min(1, 'Enter your username.').max(300, 'This is too long for a username.'),
  password: z.string().min(1, 'Enter your password.'),
  remember: z.literal('on').optional(),
})

/** {T}/login and {T}/logout: the pages where a person signs in with a password, and out. */
export const loginRoutes = newRouter()
  .use('/login', knowBrowser, guardForms)
  .use('/logout', knowBrowser, guardForms)
  .get('/login', async (c) => {
    const asked = await readAsked(c, c.req.query())
    return drawSignIn(c, asked, { userName: asked.pending?.parameters.loginHint ?? '', remember: false, errors: [] })
  })
  .post('/login', async (c) => {
    const form = await readForm(c, signInForm)
    const asked = await readAsked(c, form.values)
    if (!asked.options.password) throw new Problem(403, 'This application does not ask for a password.')
    const typed = { userName: textOf(form.values.username), remember: form.values.remember === 'on' }
    if (!form.ok) return drawSignIn(c, asked, { ...typed, errors: form.errors }, 422)
    const { scope } = c.var
    // An address stands for the user name of whose it is: wrong passwords are counted by one name.
    const userName = await signInName(scope, form.data.username)
    const check = await checkCredentials(scope, userName, form.data.password)
    if (check.kind === 'ok') {
      const { id: userId, passwordHash } = check.user
      const isIn = await startSession(c, { userId, method: 'pwd', remember: typed.remember, passwordHash })
      if (isIn) return c.redirect(returnPath(scope, asked.query), 303)
    }
    const why = check.kind === 'ok' ? 'changed meanwhile' : check.kind === 'wait' ? 'wait' : check.why
    scope.platform.log.info('sign-in refused', { tenantId: scope.tenantId, why })
    if (check.kind !== 'wait') return drawSignIn(c, asked, { ...typed, errors: [REFUSED] }, 401)
    const seconds = secondsUntil(check.until, scope.now)
    c.header('Retry-After', String(seconds))
    const message = `Too many wrong passwords. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`
    return drawSignIn(c, asked, { ...typed, errors: [{ field: '', message }] }, 429)
  })
  .get('/logout', async (c) => {
    const session = await findSession(c.var.scope, readCookie(c, 'session'))
    return c.html(session ? signOutPage(c.var.scope, c.var.formToken, session.userName) : signedOutPage(c.var.scope))
  })
  .post('/logout', async (c) => {
    await endSession(c)
    return c.redirect(`${c.var.scope.base}/logout`, 303)
  })

/** Which of the two was wrong is not told: that would tell who has an account. */
const REFUSED: FieldError = { field: '', message: 'The username or the password is wrong.' }

type Asked = {
  readonly query: { request?: string; return_to?: string }
  readonly pending: PendingRequest | undefined
  readonly options: SignInOptions
}

/** What the person is to go on with: an application's request, or the console. */
async function readAsked(c: AppContext, source: Readonly<Record<string, unknown>>): Promise<Asked> {
  const { scope, browserHash } = c.var
  const { request, return_to } = source
  if (typeof request !== 'string') {
    if (typeof return_to === 'string' && isAccountPath(scope, return_to)) {
      return { query: { return_to }, pending: undefined, options: accountOptions(await listSignInConnections(scope)) }
    }
    return { query: typeof return_to === 'string' ? { return_to } : {}, pending: undefined, options: CONSOLE_OPTIONS }
  }
  const pending = await findPendingRequest(scope, request, browserHash)
  if (!pending) throw new Problem(400, REQUEST_IS_OVER)
  const wanted = pending.application.loginFlow.steps.flatMap((step) => step.options)
  const connections = await findConnections(
    scope,
    wanted.flatMap((option) => (option === 'password' ? [] : [option.connection])),
  )
  return { query: { request }, pending, options: signInOptions(pending.application.loginFlow, connections) }
}

const REQUEST_IS_OVER =
  'This sign-in was not begun in this browser, has ended already, or took too long. Go back to the application and begin again.'

type Typed = { readonly userName: string; readonly remember: boolean; readonly errors: readonly FieldError[] }

async function drawSignIn(c: AppContext, asked: Asked, typed: Typed, status: 200 | 401 | 422 | 429 = 200) {
  const { scope, formToken } = c.var
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(asked.pending?.parameters.redirectUri)))
  const application = asked.pending?.application.name
  const below = asked.options.password
    ? waysBeside({
        scope,
        language: languageOf(c, asked.pending?.parameters.uiLocales),
        goOn: asked.query,
        hasSignUp: (await findSignUpPolicy(scope)).enabled,
      })
    : ''
  return c.html(
    signInPage({ scope, formToken, options: asked.options, application, query: asked.query, below, ...typed }),
    status,
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}
