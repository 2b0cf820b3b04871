import { z } from 'zod'
import { findConnections, listSignInConnections } from '../connections/queries.ts'
import { Problem } from '../core/errors.ts'
import type { FieldError } from '../core/errors.ts'
import type { Language } from '../core/language.ts'
import { checkCredentials } from '../directory/credentials/check.ts'
import { signInName } from '../directory/verified/queries.ts'
import { secondsUntil } from '../directory/credentials/lockout.ts'
import { busyOr } from '../directory/credentials/busy.ts'
import { knownSignUpPolicy } from '../directory/sign-up/known.ts'
import { aboutApplication } from '../html/about-application.ts'
import { pageWords } from '../html/page-words.ts'
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
import { endSession } from '../session/commands.ts'
import { readCookie } from '../session/cookie.ts'
import { guesserOf } from '../session/device.ts'
import { finishFirstStep } from '../session/first-step.ts'
import { goOnSignedOut } from '../session/front-channel.ts'
import { findSession } from '../session/queries.ts'
import { isConsolePath } from '../session/return-to.ts'
import { languageRoutes } from './language/routes.ts'
import { accountOptions, CONSOLE_OPTIONS, signInOptions, type SignInOptions } from './options.ts'
import { signedOutPage, signInPage, signOutPage } from './pages.ts'
import { firstStepOptions } from './passkeys/options.ts'
import { passkeyForm } from './passkeys/pages.ts'
import { verifyPasskey } from './passkeys/verify.ts'
import { passkeyWords } from './passkeys/words.ts'
import { waysBeside } from './ways/pages.ts'
import { findPendingRequest, type PendingRequest } from '../session/pending/queries.ts'
import { secondStepRoutes } from './second/routes.ts'
import { secondWords } from './second/words.ts'
import { type LoginWords, loginWords } from './words.ts'

const signInForm = (say: LoginWords) =>
  z.object({
    username: z.string(say.usernameMissing).trim().min(1, say.usernameMissing).max(300, say.usernameTooLong),
    password: z.string(say.passwordMissing).min(1, say.passwordMissing),
    remember: z.literal('on').optional(),
  })

/** {T}/login and {T}/logout: the pages where a person signs in with a password, and out. */
export const loginRoutes = newRouter()
  .route('/', secondStepRoutes)
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
    // An address stands for the user name of whose it is: wrong passwords are counted by one name.
    const userName = await signInName(scope, form.data.username)
    const check = await checkCredentials(scope, userName, form.data.password, guesserOf(c)).catch(busyOr)
    if (check.kind === 'busy') {
      c.header('Retry-After', String(check.retryAfter))
      return drawSignIn(
        c,
        asked,
        { ...typed, errors: [{ field: '', message: pageWords(asked.language).tooBusy }] },
        503,
      )
    }
    if (check.kind === 'ok') {
      const { id: userId, passwordHash } = check.user
      const first = { userId, method: 'pwd', amr: ['pwd'], remember: typed.remember, passwordHash }
      const next = await finishFirstStep(c, first, asked.query)
      if (next !== undefined) return c.redirect(next, 303)
    }
    const why = check.kind === 'ok' ? 'changed meanwhile' : check.kind === 'wait' ? 'wait' : check.why
    scope.platform.log.info('sign-in refused', { tenantId: scope.tenantId, why })
    if (check.kind !== 'wait')
      return drawSignIn(c, asked, { ...typed, errors: [{ field: '', message: say.wrong }] }, 401)
    const seconds = secondsUntil(check.until, scope.now)
    c.header('Retry-After', String(seconds))
    return drawSignIn(c, asked, { ...typed, errors: [{ field: '', message: say.wait(seconds) }] }, 429)
  })
  .use('/login/passkey', knowBrowser, guardForms)
  .post('/login/passkey', async (c) => {
    const { scope, browserHash } = c.var
    const form = await formOf(c)
    const asked = await readAsked(c, form)
    if (!asked.options.passkey) throw new Problem(403, (language) => loginWords(language).noPasskey)
    const remember = form.remember === 'on'
    const asserted = await verifyPasskey(scope, { kind: 'sign-in', browserHash, userId: '' }, form.credential)
    const first = asserted && { ...asserted, method: 'passkey', remember }
    const next = first && (await finishFirstStep(c, first, asked.query))
    if (next !== undefined) return c.redirect(next, 303)
    const message = secondWords(asked.language).wrongPasskey
    return drawSignIn(c, asked, { userName: '', remember, errors: [{ field: '', message }] }, 401)
  })
  .get('/logout', async (c) => {
    const session = await findSession(c.var.scope, readCookie(c, 'session'))
    const { scope, formToken } = c.var
    const language = languageOf(c)
    return c.html(session ? signOutPage(scope, language, formToken, session.userName) : signedOutPage(scope, language))
  })
  .post('/logout', async (c) => {
    const frames = await endSession(c)
    return goOnSignedOut(c, frames, `${c.var.scope.base}/logout`)
  })

type Asked = {
  readonly query: { request?: string; return_to?: string }
  readonly pending: PendingRequest | undefined
  readonly options: SignInOptions
  readonly language: Language
}

/** What the person is to go on with: an application's request, the console, or a page of her own. */
async function readAsked(c: AppContext, source: Readonly<Record<string, unknown>>): Promise<Asked> {
  const { scope, browserHash } = c.var
  const { request, return_to } = source
  if (typeof request !== 'string') {
    const isConsole = typeof return_to === 'string' && isConsolePath(scope, return_to)
    const options = isConsole ? CONSOLE_OPTIONS : accountOptions(await listSignInConnections(scope))
    const query = typeof return_to === 'string' ? { return_to } : {}
    return { query, pending: undefined, options, language: languageOf(c) }
  }
  const pending = await findPendingRequest(scope, request, browserHash)
  if (!pending) throw new Problem(400, (language) => loginWords(language).requestIsOver)
  c.set('uiLocales', pending.parameters.uiLocales)
  const wanted = pending.application.loginFlow.steps.flatMap((step) => step.options)
  const connections = await findConnections(
    scope,
    wanted.flatMap((option) => (typeof option === 'string' ? [] : [option.connection])),
  )
  const options = signInOptions(pending.application.loginFlow, connections)
  return { query: { request }, pending, options, language: languageOf(c) }
}

type Typed = { readonly userName: string; readonly remember: boolean; readonly errors: readonly FieldError[] }

async function drawSignIn(c: AppContext, asked: Asked, typed: Typed, status: 200 | 401 | 422 | 429 | 503 = 200) {
  const { scope, formToken } = c.var
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(asked.pending?.parameters.redirectUri)))
  const { options, query, language } = asked
  const application = asked.pending?.application.name
  const about = asked.pending && aboutApplication(asked.pending.application.clientMetadata, language)
  const passkeys = options.passkey ? await passkeysPart(c, asked) : ''
  const below = options.password
    ? waysBeside({ scope, language, goOn: query, hasSignUp: (await knownSignUpPolicy(scope)).enabled })
    : ''
  return c.html(
    signInPage({ scope, language, formToken, options, application, about, query, passkeys, below, ...typed }),
    status,
  )
}

async function passkeysPart(c: AppContext, { options, query, language }: Asked) {
  const { scope, formToken, browserHash } = c.var
  const words = secondWords(language)
  return passkeyForm({
    kind: 'get',
    action: `${scope.base}/login/passkey`,
    formToken,
    fields: { ...query, remember: '' },
    options: await firstStepOptions(scope, browserHash),
    label: passkeyWords(language).signInWith,
    autofill: options.password,
    isPrimary: !options.password,
    notes: { failed: words.passkeyFailed, missing: words.passkeyMissing, script: words.passkeyScript },
  })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 300) : ''
}
