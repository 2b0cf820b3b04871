import { addTotp, firstRecoveryCodes, removeFactor, renewRecoveryCodes } from '../../directory/factors/commands.ts'
import { countRecoveryCodes, findTotp } from '../../directory/factors/queries.ts'
import type { FieldError } from '../../core/errors.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { guardForms, knowBrowser } from '../../session/browser.ts'
import { raiseSession } from '../../session/commands.ts'
import type { Session } from '../../session/queries.ts'
import { withSecond } from '../../session/second-factor.ts'
import { beginEnrolment, openEnrolment, type Seed } from './enrolment.ts'
import { findOwner } from './guard.ts'
import { appOffPage, appOnPage, ownCodesPage, removeAppPage, renewCodesPage } from './pages.ts'
import { factorWords } from './words.ts'

const APP = '/account/totp'
const CODES = '/account/recovery-codes'

/** {T}/account/totp and {T}/account/recovery-codes: one's own authenticator app, and what stands in for it. */
export const factorRoutes = newRouter()
  .use(`${APP}/*`, knowBrowser, guardForms)
  .use(CODES, knowBrowser, guardForms)
  .get(APP, (c) => asOwner(c, APP, (owner) => drawApp(c, owner)))
  .post(APP, (c) => asOwner(c, APP, (owner) => turnOn(c, owner)))
  .get(`${APP}/remove`, (c) => asOwner(c, APP, () => Promise.resolve(c.html(removeAppPage(pageOf(c))))))
  .post(`${APP}/remove`, (c) =>
    asOwner(c, APP, async ({ userId }) => {
      await removeFactor(c.var.scope, userId, 'totp')
      c.var.scope.platform.log.info('authenticator app removed', { tenantId: c.var.scope.tenantId, userId })
      return c.redirect(c.var.scope.base + APP, 303)
    }),
  )
  .get(CODES, (c) => asOwner(c, CODES, () => Promise.resolve(c.html(renewCodesPage(pageOf(c))))))
  .post(CODES, (c) =>
    asOwner(c, CODES, async ({ userId, enrolled }) => {
      const next = c.var.scope.base + APP
      // They stand in for a factor: without one nobody is asked for them.
      if (!enrolled.totp && !enrolled.passkey) return c.redirect(next, 303)
      const codes = await renewRecoveryCodes(c.var.scope, userId)
      return c.html(ownCodesPage({ ...pageOf(c), codes, next }))
    }),
  )

/** Does what only somebody may who has signed in lately, with all her steps; anybody else is sent to do so. */
export async function asOwner(
  c: AppContext,
  page: string,
  act: (owner: Session) => Promise<Response>,
): Promise<Response> {
  const owner = await findOwner(c, page)
  return typeof owner === 'string' ? c.redirect(owner, 303) : act(owner)
}

export function pageOf(c: AppContext) {
  return { scope: c.var.scope, language: languageOf(c), formToken: c.var.formToken }
}

async function drawApp(
  c: AppContext,
  { userId, userName }: Session,
  errors: readonly FieldError[] = [],
  typed?: { readonly seed: Seed; readonly sealed: string },
): Promise<Response> {
  const { scope, browserHash } = c.var
  const factor = await findTotp(scope, userId)
  if (factor) {
    const codesLeft = await countRecoveryCodes(scope, userId)
    return c.html(appOnPage({ ...pageOf(c), factor, codesLeft }))
  }
  const enrolment = typed ?? (await beginEnrolment(scope, userId, browserHash))
  const form = { ...enrolment, issuer: scope.tenant.name, account: userName, errors }
  return c.html(appOffPage({ ...pageOf(c), form }), errors.length > 0 ? 422 : 200)
}

async function turnOn(c: AppContext, owner: Session): Promise<Response> {
  const { scope, browserHash } = c.var
  const words = factorWords(languageOf(c))
  const { enrolment, code } = await formOf(c)
  const sealed = typeof enrolment === 'string' ? enrolment : ''
  const seed = await openEnrolment(scope, owner.userId, browserHash, sealed)
  if (!seed) return drawApp(c, owner, [{ field: 'code', message: words.expired }])
  const added = await addTotp(scope, owner.userId, seed, typeof code === 'string' ? code : '')
  if (added === 'wrong-code') return drawApp(c, owner, [{ field: 'code', message: words.wrongCode }], { seed, sealed })
  if (added === 'there-already') return c.redirect(scope.base + APP, 303)
  scope.platform.log.info('authenticator app added', { tenantId: scope.tenantId, userId: owner.userId })
  return afterEnrolment(c, owner, 'totp', ['otp'], APP)
}

/** She has shown what she enrolled: her session has two steps. Where it is her first factor, she sees recovery codes. */
export async function afterEnrolment(
  c: AppContext,
  owner: Session,
  method: 'totp' | 'passkey',
  amr: readonly string[],
  page: string,
): Promise<Response> {
  const { scope } = c.var
  await raiseSession(c, owner.userId, withSecond(owner, method, amr))
  const codes = await firstRecoveryCodes(scope, owner.userId)
  const next = scope.base + page
  return codes ? c.html(ownCodesPage({ ...pageOf(c), codes, next })) : c.redirect(next, 303)
}
