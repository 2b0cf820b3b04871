import type { FieldError } from '../../core/errors.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { findSignUpPolicy } from '../../directory/sign-up/queries.ts'
import { findUserByName } from '../../directory/users/queries.ts'
import { type AppContext, contentSecurityPolicy, formOf, formTargetsOf, newRouter } from '../../http.ts'
import { queueMail } from '../../mail/commands.ts'
import type { Newcomer } from '../../mail/orders.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { type GoOn, goOnOf, pathWith, waitingRequest } from '../asked-for.ts'
import { policyInWords } from '../../directory/passwords/words.ts'
import { createNewcomer } from './create.ts'
import { finishRoutes } from './finish/routes.ts'
import { faultsOf, typedNewcomer } from './form.ts'
import { goOnAs } from './go-on.ts'
import { noSignUpPage, signUpPage, signUpSentPage } from './pages.ts'
import { signUpWords } from './words.ts'

const NOBODY: Newcomer = { userName: '', email: '', givenName: '', familyName: '' }

/** {T}/signup: a stranger becomes a user, where the tenant lets her, once she has shown that the address is hers. */
export const signUpRoutes = newRouter()
  .use('/signup/*', knowBrowser, guardForms)
  .get('/signup', async (c) => {
    const goOn = goOnOf(c.req.query())
    const { pending } = await waitingRequest(c, goOn)
    // What the application knows of her already (OpenID Connect Core section 3.1.2.1).
    const hint = pending?.parameters.loginHint ?? ''
    return draw(c, goOn, hint.includes('@') ? { ...NOBODY, email: hint } : NOBODY)
  })
  .post('/signup', async (c) => {
    const { scope } = c.var
    const form = await formOf(c)
    const goOn = goOnOf(form)
    const [policy, { language, pending }] = await Promise.all([findSignUpPolicy(scope), waitingRequest(c, goOn)])
    if (!policy.enabled) return c.html(noSignUpPage({ scope, language, goOn }), 403)
    const newcomer = typedNewcomer(form, policy)
    const faults = faultsOf(newcomer, policy, language)
    if (faults.length > 0) return draw(c, goOn, newcomer, faults)
    // A chosen name that is taken is said at once: user names are no secret of a tenant that has people choose them.
    if (policy.userName === 'chosen' && (await findUserByName(scope, newcomer.userName))) {
      return draw(c, goOn, newcomer, [{ field: 'userName', message: signUpWords(language).taken }])
    }
    if (scope.platform.config.mail.kind === 'none') return signUpUnmailed(c, form.password, newcomer, goOn)
    const request = pending === undefined ? {} : { request: pending.id }
    await queueMail(scope, { kind: 'sign-up', newcomer, ...request, language }, { isOwn: false })
    return c.redirect(pathWith(`${scope.base}/signup/sent`, goOn), 303)
  })
  .get('/signup/sent', async (c) => {
    const { language } = await waitingRequest(c, goOnOf(c.req.query()))
    return c.html(signUpSentPage({ scope: c.var.scope, language }))
  })
  .route('/', finishRoutes)

/** Where nobody can be mailed, the password is chosen at once, and the address stays unconfirmed. */
async function signUpUnmailed(c: AppContext, password: unknown, newcomer: Newcomer, goOn: GoOn) {
  const { language, pending } = await waitingRequest(c, goOn)
  if (typeof password !== 'string' || password === '') {
    return draw(c, goOn, newcomer, [{ field: 'password', message: signUpWords(language).enterPassword }])
  }
  const created = await createNewcomer(c.var.scope, newcomer, password, {
    language,
    applicationId: pending?.application.id,
  })
  if (created.kind === 'refused') return draw(c, goOn, newcomer, [created.error])
  return goOnAs(c, created.user, pending)
}

async function draw(c: AppContext, goOn: GoOn, typed: Newcomer, errors: readonly FieldError[] = []) {
  const { scope, formToken } = c.var
  const [policy, { language, pending }] = await Promise.all([findSignUpPolicy(scope), waitingRequest(c, goOn)])
  if (!policy.enabled) return c.html(noSignUpPage({ scope, language, goOn }), 403)
  // Without mail the form ends at the application that she came from.
  c.header('Content-Security-Policy', contentSecurityPolicy(formTargetsOf(pending?.parameters.redirectUri)))
  const isMailed = scope.platform.config.mail.kind !== 'none'
  const rules = isMailed ? undefined : policyInWords(await findPasswordPolicy(scope), language)
  const application = pending?.application.name
  const page = signUpPage({ scope, language, formToken, goOn, application, policy, typed, rules, errors })
  return c.html(page, errors.length === 0 ? 200 : 422)
}
