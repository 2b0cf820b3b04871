import { renewRecoveryCodes } from '../../directory/factors/commands.ts'
import { newRouter } from '../../http.ts'
import { sectionPath, viewOf } from '../frame.ts'
import { requireRecentSignIn } from '../guard.ts'
import { newCodesPage, renewCodesPage } from './pages.ts'

/** {T}/account/recovery-codes: new ones in place of those that there are. */
export const recoveryCodeSection = newRouter()
  .get('/account/recovery-codes', requireRecentSignIn, (c) => c.html(renewCodesPage(viewOf(c))))
  .post('/account/recovery-codes', requireRecentSignIn, async (c) => {
    const view = viewOf(c)
    const next = sectionPath(view, 'totp')
    const { userId, enrolled } = view.person
    // They stand in for a factor: without one nobody is asked for them.
    if (!enrolled.totp && !enrolled.passkey) return c.redirect(next, 303)
    return c.html(newCodesPage(view, 'totp', { codes: await renewRecoveryCodes(c.var.scope, userId), next }))
  })
