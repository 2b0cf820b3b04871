import { getApplication } from '../../applications/queries.ts'
import type { FieldError } from '../../core/errors.ts'
import { secondsUntil } from '../../directory/credentials/lockout.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { findPendingRequest, type PendingRequest } from '../../session/pending/queries.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { readCookie } from '../../session/cookie.ts'
import { findSession, type Session } from '../../session/queries.ts'
import { returnPath } from '../../session/return-to.ts'
import { storeRequest } from '../commands.ts'
import { stepOf } from '../step.ts'
import { approveDevice, denyDevice } from './commands.ts'
import { giveBackTry, type Guesser, type Refusal, takeTry } from './guesses/commands.ts'
import { confirmDevicePage, deviceEndPage, enterCodePage } from './pages.ts'
import { findDeviceToDecide, findWaitingDevice, type WaitingDevice } from './queries.ts'
import { readUserCode } from './user-code.ts'
import { deviceWords } from './words.ts'

/**
 * {T}/device (RFC 8628 section 3.3): the person types the code that her device shows, signs in as the application wants it,
 * and decides. The code becomes an authorization request, so that every step of a sign-in is the same as elsewhere.
 */
export const deviceRoutes = newRouter()
  .use('/device', knowBrowser, guardForms)
  .use('/device/confirm', knowBrowser, guardForms)
  .get('/device', (c) => drawEntry(c, (c.req.query('user_code') ?? '').slice(0, 40), []))
  .post('/device', async (c) => {
    const { scope, browserHash } = c.var
    const typed = textOf((await formOf(c)).user_code)
    const text = deviceWords(languageOf(c))
    const code = readUserCode(typed)
    if (code === undefined) return drawEntry(c, typed, [{ field: 'user_code', message: text.malformed }], 422)
    const session = await findSession(scope, readCookie(c, 'session'))
    const guesser: Guesser = session ? { userId: session.userId } : { browserHash }
    const refusal = await takeTry(scope, guesser)
    if (refusal) return refuse(c, typed, refusal)
    const found = await findWaitingDevice(scope, code)
    if (!found) return drawEntry(c, typed, [{ field: 'user_code', message: text.unknown }], 422)
    await giveBackTry(scope, guesser)
    return c.redirect(returnPath(scope, { request: await beginSignIn(c, found) }), 303)
  })
  .get('/device/confirm', async (c) => {
    const asked = await readAsked(c, c.req.query('request'))
    if (asked.kind === 'go-on') return asked.answer
    return drawConfirm(c, asked, [])
  })
  .post('/device/confirm', async (c) => {
    const form = await formOf(c)
    const asked = await readAsked(c, form.request)
    if (asked.kind === 'go-on') return asked.answer
    if (form.decision === 'deny') return end(c, asked, 'denied', await denyDevice(c.var.scope, asked.decision))
    if (form.decision !== 'allow') {
      return drawConfirm(c, asked, [{ field: '', message: deviceWords(languageOf(c)).choose }], 422)
    }
    // What she agrees to is what she has read: an administrator may have given the application more since.
    if (form.asked !== asked.scopes.join(' ')) return drawConfirm(c, asked, [])
    const { pending, session, scopes, decision } = asked
    return end(c, asked, 'allowed', await approveDevice(c.var.scope, decision, session, pending.application, scopes))
  })
  .get('/device/done', (c) => {
    const isDenied = c.req.query('result') === 'denied'
    return c.html(deviceEndPage({ scope: c.var.scope, language: languageOf(c), end: isDenied ? 'denied' : 'allowed' }))
  })

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 40) : ''
}

function drawEntry(
  c: AppContext,
  typed: string,
  errors: readonly FieldError[],
  status: 200 | 422 | 429 = 200,
  signInFirst = false,
) {
  const { scope, formToken } = c.var
  return c.html(enterCodePage({ scope, language: languageOf(c), formToken, typed, errors, signInFirst }), status)
}

function refuse(c: AppContext, typed: string, { of, until }: Refusal) {
  const seconds = secondsUntil(until, c.var.scope.now)
  const text = deviceWords(languageOf(c))
  c.header('Retry-After', String(seconds))
  const message = of === 'one' ? text.wait(Math.ceil(seconds / 60)) : text.signInFirst
  return drawEntry(c, typed, [{ field: '', message }], 429, of === 'all')
}

/** An authorization request that leads nowhere but to /device/confirm; answers its id. */
async function beginSignIn(c: AppContext, { codeHash, applicationId, scope: asked }: WaitingDevice): Promise<string> {
  const { scope, browserHash } = c.var
  const { clientId } = await getApplication(scope, applicationId)
  const parameters = {
    clientId,
    redirectUri: '',
    responseMode: 'query' as const,
    scope: asked,
    prompt: [],
    deviceCodeHash: codeHash,
  }
  return storeRequest(scope, { applicationId, parameters, browserHash })
}

type Asked = {
  readonly kind: 'asked'
  readonly pending: PendingRequest
  readonly session: Session
  readonly scopes: readonly string[]
  readonly userCode: string
  readonly decision: { readonly codeHash: string; readonly requestId: string }
}

/** What the person is to decide, or where she has to go instead. */
async function readAsked(
  c: AppContext,
  id: unknown,
): Promise<Asked | { readonly kind: 'go-on'; readonly answer: Response | Promise<Response> }> {
  const { scope, browserHash } = c.var
  const pending = typeof id === 'string' ? await findPendingRequest(scope, id, browserHash) : undefined
  const codeHash = pending?.parameters.deviceCodeHash
  const device = codeHash === undefined ? undefined : await findDeviceToDecide(scope, codeHash)
  if (!pending || codeHash === undefined || !device) return { kind: 'go-on', answer: drawOver(c) }
  const { next, consent } = await stepOf(scope, pending, readCookie(c, 'session'))
  if (next.kind !== 'consent' && next.kind !== 'issue') {
    return { kind: 'go-on', answer: c.redirect(returnPath(scope, { request: pending.id }), 303) }
  }
  const decision = { codeHash, requestId: pending.id }
  return { kind: 'asked', pending, session: next.session, scopes: consent.asked, userCode: device.userCode, decision }
}

function drawConfirm(c: AppContext, asked: Asked, errors: readonly FieldError[], status: 200 | 422 = 200) {
  const { scope, formToken } = c.var
  const { pending, session, scopes, userCode } = asked
  return c.html(
    confirmDevicePage({
      scope,
      language: languageOf(c),
      formToken,
      request: pending.id,
      application: pending.application.name,
      userName: session.userName,
      userCode,
      asked: scopes,
      errors,
    }),
    status,
  )
}

function drawOver(c: AppContext) {
  return c.html(deviceEndPage({ scope: c.var.scope, language: languageOf(c), end: 'over' }), 410)
}

function end(c: AppContext, { pending }: Asked, how: 'allowed' | 'denied', isDone: boolean) {
  if (!isDone) return drawOver(c)
  const { log } = c.var.scope.platform
  log.info(`device ${how}`, { tenantId: c.var.scope.tenantId, clientId: pending.application.clientId })
  return c.redirect(`${c.var.scope.base}/device/done?result=${how}`, 303)
}
