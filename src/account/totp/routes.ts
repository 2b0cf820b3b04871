import type { FieldError } from '../../core/errors.ts'
import { addTotp, removeFactor } from '../../directory/factors/commands.ts'
import { countRecoveryCodes, findTotp } from '../../directory/factors/queries.ts'
import { type AppContext, formOf, newRouter } from '../../http.ts'
import { beginEnrolment, openEnrolment, type Seed } from '../../login/factors/enrolment.ts'
import { factorWords } from '../../login/factors/words.ts'
import { donePath, sectionPath, viewOf } from '../frame.ts'
import { requireRecentSignIn } from '../guard.ts'
import { afterEnrolment } from '../recovery-codes/after-enrolment.ts'
import { appOffPage, appOnPage, removeAppPage } from './pages.ts'

/** {T}/account/totp: one's own authenticator app. */
export const totpSection = newRouter()
  .get('/account/totp', requireRecentSignIn, (c) => draw(c))
  .post('/account/totp', requireRecentSignIn, (c) => turnOn(c))
  .get('/account/totp/remove', requireRecentSignIn, (c) => c.html(removeAppPage(viewOf(c))))
  .post('/account/totp/remove', requireRecentSignIn, async (c) => {
    const { scope, signedIn } = c.var
    await removeFactor(scope, signedIn.userId, 'totp')
    scope.platform.log.info('authenticator app removed', { tenantId: scope.tenantId, userId: signedIn.userId })
    return c.redirect(donePath(viewOf(c), 'totp', 'app-removed'), 303)
  })

async function draw(
  c: AppContext,
  errors: readonly FieldError[] = [],
  typed?: { readonly seed: Seed; readonly sealed: string },
): Promise<Response> {
  const { scope, browserHash } = c.var
  const view = viewOf(c)
  const { userId } = view.person
  const factor = await findTotp(scope, userId)
  if (factor) return c.html(appOnPage(view, factor, await countRecoveryCodes(scope, userId)))
  const enrolment = typed ?? (await beginEnrolment(scope, userId, browserHash))
  return c.html(appOffPage(view, { ...enrolment, errors }), errors.length > 0 ? 422 : 200)
}

async function turnOn(c: AppContext): Promise<Response> {
  const { scope, browserHash, signedIn } = c.var
  const view = viewOf(c)
  const words = factorWords(view.language)
  const { enrolment, code } = await formOf(c)
  const sealed = typeof enrolment === 'string' ? enrolment : ''
  const seed = await openEnrolment(scope, signedIn.userId, browserHash, sealed)
  if (!seed) return draw(c, [{ field: 'code', message: words.expired }])
  const added = await addTotp(scope, signedIn.userId, seed, typeof code === 'string' ? code : '')
  if (added === 'wrong-code') return draw(c, [{ field: 'code', message: words.wrongCode }], { seed, sealed })
  if (added === 'there-already') return c.redirect(sectionPath(view, 'totp'), 303)
  scope.platform.log.info('authenticator app added', { tenantId: scope.tenantId, userId: signedIn.userId })
  return afterEnrolment(c, 'totp', ['otp'])
}
