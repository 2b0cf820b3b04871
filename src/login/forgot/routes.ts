import { z } from 'zod'
import { forgetFailures } from '../../directory/credentials/commands.ts'
import { findEnrolled } from '../../directory/factors/queries.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { verifyEmail } from '../../directory/verified/commands.ts'
import { isTrusted } from '../../directory/verified/queries.ts'
import type { UserRow } from '../../directory/users/queries.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { queueMail } from '../../mail/commands.ts'
import { orPutBack, putLinkBack, takeLink } from '../../mail/links/commands.ts'
import { findLink, type MailedLink } from '../../mail/links/queries.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { rememberDevice } from '../../session/device.ts'
import { goOnOf, pathWith, waitingRequest } from '../asked-for.ts'
import { setOwnPassword } from '../password/set.ts'
import { policyInWords } from '../../directory/passwords/words.ts'
import { forgotPage, linkOverPage, newPasswordPage, noMailPage, passwordSetPage, sentPage } from './pages.ts'
import { forgotWords } from './words.ts'

const about = z.object({ address: z.string(), request: z.string().optional() })

/** {T}/forgot: a link by mail for who has forgotten her password, and the page that it leads to. */
export const forgotRoutes = newRouter()
  .use('/forgot/*', knowBrowser, guardForms)
  .get('/forgot', async (c) => {
    const { scope, formToken } = c.var
    const goOn = goOnOf(c.req.query())
    const { language } = await waitingRequest(c, goOn)
    if (scope.platform.config.mail.kind === 'none') return c.html(noMailPage({ scope, language, goOn }))
    return c.html(forgotPage({ scope, language, formToken, goOn, typed: '', errors: [] }))
  })
  .post('/forgot', async (c) => {
    const { scope, formToken } = c.var
    const form = await formOf(c)
    const goOn = goOnOf(form)
    const { language } = await waitingRequest(c, goOn)
    const typed = typeof form.username === 'string' ? form.username.trim().slice(0, 300) : ''
    if (typed === '') {
      const errors = [{ field: 'username', message: forgotWords(language).enterName }]
      return c.html(forgotPage({ scope, language, formToken, goOn, typed, errors }), 422)
    }
    // Nothing is looked up here: whoever is named, the answer is the same and comes as fast.
    if (scope.platform.config.mail.kind !== 'none') {
      const { request } = goOn
      const order = { kind: 'reset', typed, ...(request === undefined ? {} : { request }), language } as const
      await queueMail(scope, order, { isOwn: false })
    }
    return c.redirect(pathWith(`${scope.base}/forgot/sent`, goOn), 303)
  })
  .get('/forgot/sent', async (c) => {
    const goOn = goOnOf(c.req.query())
    const { language } = await waitingRequest(c, goOn)
    return c.html(sentPage({ scope: c.var.scope, language, goOn }))
  })
  .get('/forgot/new', async (c) => {
    const token = c.req.query('token') ?? ''
    const found = await findReset(c, token)
    return found ? drawNew(c, token, found.user) : drawOver(c)
  })
  .post('/forgot/new', async (c) => {
    const { scope } = c.var
    const language = languageOf(c)
    const { token, password } = await formOf(c)
    const found = typeof token === 'string' ? await findReset(c, token) : undefined
    if (typeof token !== 'string' || !found) return drawOver(c)
    if (typeof password !== 'string' || password === '') {
      return drawNew(c, token, found.user, forgotWords(language).enterPassword)
    }
    // Taken first: of two who come at once, one sets the password.
    if (!(await takeLink(scope, found.link))) return drawOver(c)
    const set = await orPutBack(scope, found.link, setOwnPassword(scope, found.user, password, language))
    if (set.kind !== 'set') {
      await putLinkBack(scope, found.link)
      return set.kind === 'refused' ? drawNew(c, token, found.user, set.message) : drawOver(c)
    }
    await verifyEmail(scope, found.user.id, found.address)
    await endWaiting(c, found.user)
    scope.platform.log.info('password reset', { tenantId: scope.tenantId, userId: found.user.id })
    // The mail may be read in another browser than the one in which the application's request waits.
    const { pending } = await waitingRequest(c, found)
    return c.html(passwordSetPage({ scope, language, goOn: pending ? { request: pending.id } : undefined }))
  })

/**
 * Whoever guesses at her password does not keep her from signing in with the new one, now or while he goes on: this is her
 * browser. Not if she has a second factor, whose guesses a known browser has for itself: whoever reads her mail has not that.
 */
async function endWaiting(c: AppContext, { id, userName }: UserRow): Promise<void> {
  const { scope } = c.var
  const [enrolled] = await Promise.all([findEnrolled(scope, id), forgetFailures(scope, userName)])
  if (!enrolled.totp && !enrolled.passkey) await rememberDevice(c, id)
}

/** The link, if the address that it was mailed to is one still that its user is trusted to have. */
async function findReset(
  c: AppContext,
  token: string,
): Promise<{ link: MailedLink; user: UserRow; address: string; request?: string } | undefined> {
  const link = await findLink(c.var.scope, 'reset', token)
  if (!link?.user) return undefined
  const said = about.parse(link.about)
  return (await isTrusted(c.var.scope, link.user, said.address)) ? { link, user: link.user, ...said } : undefined
}

async function drawNew(c: AppContext, token: string, { userName }: UserRow, message?: string) {
  const { scope, formToken } = c.var
  const language = languageOf(c)
  const rules = policyInWords(await findPasswordPolicy(scope), language)
  const errors = message === undefined ? [] : [{ field: 'password', message }]
  const page = newPasswordPage({ scope, language, formToken, token, userName, rules, errors })
  return c.html(page, message === undefined ? 200 : 422)
}

function drawOver(c: AppContext) {
  return c.html(linkOverPage({ scope: c.var.scope, language: languageOf(c) }), 410)
}
