import { Problem } from '../core/errors.ts'
import { answerSignedOut } from '../federation/logout/pass-on.ts'
import { formOf, languageOf, newRouter } from '../http.ts'
import { guardForms, knowBrowser } from '../session/browser.ts'
import { endSession } from '../session/commands.ts'
import { readCookie } from '../session/cookie.ts'
import { finishFirstStep } from '../session/first-step.ts'
import { findSession } from '../session/queries.ts'
import { readAsked } from './first/asked.ts'
import { drawSignIn, NOTHING_TYPED } from './first/draw.ts'
import { goOnByName, signInByPassword } from './first/sign-in.ts'
import { straightTo } from './first/straight.ts'
import { languageRoutes } from './language/routes.ts'
import { signedOutPage, signOutPage } from './pages.ts'
import { verifyPasskey } from './passkeys/verify.ts'
import { secondStepRoutes } from './second/routes.ts'
import { secondWords } from './second/words.ts'
import { loginWords } from './words.ts'

/** {T}/login and {T}/logout: the pages where a person signs in with a password, and out. */
export const loginRoutes = newRouter()
  .route('/', secondStepRoutes)
  .use('/login', knowBrowser, guardForms)
  .use('/logout', knowBrowser, guardForms)
  .route('/', languageRoutes)
  .get('/login', async (c) => {
    const asked = await readAsked(c, c.req.query())
    const straight = await straightTo(c.var.scope, asked, c.req.query())
    if (straight !== undefined) return c.redirect(straight, 303)
    return drawSignIn(c, asked, {
      ...NOTHING_TYPED,
      userName: asked.pending?.parameters.loginHint ?? asked.known ?? '',
    })
  })
  .post('/login', async (c) => {
    const sent = await formOf(c)
    const asked = await readAsked(c, sent)
    if (asked.options.identifierFirst && (sent.password === undefined || !asked.options.password)) {
      return goOnByName(c, asked, sent)
    }
    if (!asked.options.password) throw new Problem(403, (language) => loginWords(language).noPassword)
    return signInByPassword(c, asked)
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
    return drawSignIn(c, asked, { ...NOTHING_TYPED, remember, errors: [{ field: '', message }] }, 401)
  })
  .get('/logout', async (c) => {
    const session = await findSession(c.var.scope, readCookie(c, 'session'))
    const { scope, formToken } = c.var
    const language = languageOf(c)
    return c.html(session ? signOutPage(scope, language, formToken, session.userName) : signedOutPage(scope, language))
  })
  .post('/logout', async (c) => {
    return answerSignedOut(c, await endSession(c), `${c.var.scope.base}/logout`)
  })
