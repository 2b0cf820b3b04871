import type { FieldError } from '../../core/errors.ts'
import { busyOr } from '../../directory/credentials/busy.ts'
import { checkCredentials } from '../../directory/credentials/check.ts'
import { secondsUntil } from '../../directory/credentials/lockout.ts'
import { findPasswordPolicy } from '../../directory/passwords/queries.ts'
import { isTrusted, primaryEmail } from '../../directory/verified/queries.ts'
import { findUser, type UserRow } from '../../directory/users/queries.ts'
import { pageWords } from '../../html/page-words.ts'
import { type AppContext, formOf, languageOf, newRouter } from '../../http.ts'
import { queueMail } from '../../mail/commands.ts'
import { setOwnPassword } from '../../login/password/set.ts'
import { policyInWords } from '../../directory/passwords/words.ts'
import { goOnSignedIn } from '../../session/after-password.ts'
import { guesserOf } from '../../session/device.ts'
import { donePath, viewOf } from '../frame.ts'
import { noPasswordPage, passwordPage } from './pages.ts'
import { passwordWords } from './words.ts'

/** A new password for whoever knows the present one: no recent sign-in is asked for beside it. */
export const passwordSection = newRouter()
  .get('/account/password', async (c) => {
    const user = await findUser(c.var.scope, c.var.signedIn.userId)
    return user?.passwordHash ? draw(c) : c.html(noPasswordPage(viewOf(c)))
  })
  .post('/account/password', async (c) => {
    const { scope, signedIn } = c.var
    const view = viewOf(c)
    const words = passwordWords(view.language)
    const { current, password } = await formOf(c)
    const missing = [
      ...(isFilled(current) ? [] : [{ field: 'current', message: words.enterCurrent }]),
      ...(isFilled(password) ? [] : [{ field: 'password', message: words.enterNext }]),
    ]
    if (!isFilled(current) || !isFilled(password)) return draw(c, missing, 422)
    // Of this browser: who guesses at her name elsewhere does not keep her from changing it.
    const check = await checkCredentials(scope, signedIn.userName, current, guesserOf(c)).catch(busyOr)
    if (check.kind === 'busy') {
      c.header('Retry-After', String(check.retryAfter))
      return draw(c, [{ field: '', message: pageWords(view.language).tooBusy }], 503)
    }
    if (check.kind === 'wait') {
      const seconds = secondsUntil(check.until, scope.now)
      c.header('Retry-After', String(seconds))
      return draw(c, [{ field: 'current', message: words.wait(seconds) }], 429)
    }
    // The name may be another's by now: the person is who is signed in.
    if (check.kind === 'refused' || check.user.id !== signedIn.userId) {
      return draw(c, [{ field: 'current', message: words.wrong }], 422)
    }
    const set = await setOwnPassword(scope, check.user, password, view.language)
    if (set.kind === 'refused') return draw(c, [{ field: 'password', message: set.message }], 422)
    if (set.kind === 'changed') return draw(c, [{ field: '', message: words.changed }], 409)
    await tellOwner(c, check.user)
    await goOnSignedIn(c, signedIn, set.passwordHash)
    return c.redirect(donePath(view, 'password', 'password'), 303)
  })

/** By mail, so that whoever did not do it herself learns of it. */
async function tellOwner(c: AppContext, user: UserRow): Promise<void> {
  const { scope } = c.var
  const address = primaryEmail(user.document)
  if (address === undefined || scope.platform.config.mail.kind === 'none') return
  if (!(await isTrusted(scope, user, address))) return
  await queueMail(scope, { kind: 'changed', what: 'password', address, language: languageOf(c) }, { isOwn: true })
}

async function draw(c: AppContext, errors: readonly FieldError[] = [], status: 200 | 409 | 422 | 429 | 503 = 200) {
  const view = viewOf(c)
  const rules = policyInWords(await findPasswordPolicy(c.var.scope), view.language)
  return c.html(passwordPage(view, rules, errors), status)
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
